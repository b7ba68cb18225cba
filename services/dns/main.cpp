#include "admin/store_option.hpp"
#include "app/run_main.hpp"
#include "app/run_service.hpp"
#include "dns/service.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    dns::Options options;
    app::ServiceOptions common;
    app::OptionSet set("lars-dns", "LARS_DNS", "Serves routes from the store to agents.");
    admin::describe_store(set, options.store);
    dns::describe(set, options);
    app::describe_service(set, common, app::Threads::configurable);
    if (set.parse(argc, argv) == app::OptionSet::Outcome::exit) return 0;
    options.store = admin::usable_store(options.store);
    options.threads = common.threads++;  // one more, for the feed
    const app::MakeService make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<dns::Service>(runtime, options, metrics, log);
    };
    return app::run_service("lars-dns", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_main("lars-dns", [=] { return run(argc, argv); });
}
