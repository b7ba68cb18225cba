#include "admin/store_option.hpp"
#include "app/run_program.hpp"
#include "console/service.hpp"

namespace {

using namespace lars;

struct Settings {
    using Service = console::Service;

    Settings() {
        admin::describe_store(set, options.store);
        console::describe(set, options);
        app::describe_service(set, common, app::Threads::fixed);
        set.check([this] { app::check_distinct("listen", options.listen, common); });
    }

    app::ServiceOptions service_options() const { return common; }

    app::OptionSet set{
        "lars-console",
        "LARS_CONSOLE",
        "Serves the page on which routes are edited and calls watched."};
    console::Options options;
    app::ServiceOptions common;
};

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_program<Settings>("lars-console", argc, argv);
}
