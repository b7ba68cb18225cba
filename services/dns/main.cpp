#include "admin/store_option.hpp"
#include "app/run_program.hpp"
#include "dns/service.hpp"

namespace {

using namespace lars;

struct Settings {
    using Service = dns::Service;

    Settings() {
        admin::describe_store(set, options.store);
        dns::describe(set, options);
        app::describe_service(set, common, app::Threads::configurable);
        set.check([this] {
            app::check_distinct("listen", options.listen, common);
            options.threads = common.threads;
        });
    }

    app::ServiceOptions service_options() const {
        auto all = common;
        ++all.threads;  // for the feed
        return all;
    }

    app::OptionSet set{"lars-dns", "LARS_DNS", "Serves routes from the store to agents."};
    dns::Options options;
    app::ServiceOptions common;
};

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_program<Settings>("lars-dns", argc, argv);
}
