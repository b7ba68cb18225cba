#include "admin/store_option.hpp"
#include "app/call_metrics_option.hpp"
#include "app/run_program.hpp"
#include "reporter/service.hpp"

namespace {

using namespace lars;

struct Settings {
    using Service = reporter::Service;

    Settings() {
        admin::describe_store(set, options.store);
        reporter::describe(set, options);
        app::describe_call_metrics(set, options.call_metrics, "reporter");
        app::describe_service(set, common, app::Threads::configurable);
        set.check([this] {
            app::check_distinct("listen", options.listen, common);
            options.drain_timeout = common.drain_timeout;
        });
    }

    app::ServiceOptions service_options() const { return common; }

    app::OptionSet set{
        "lars-reporter", "LARS_REPORTER", "Keeps call statistics of agents in the store."};
    reporter::Options options;
    app::ServiceOptions common;
};

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_program<Settings>("lars-reporter", argc, argv);
}
