#include "admin/store_option.hpp"
#include "app/call_metrics_option.hpp"
#include "app/run_main.hpp"
#include "app/run_service.hpp"
#include "reporter/service.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    reporter::Options options;
    app::ServiceOptions common;
    app::OptionSet set(
        "lars-reporter", "LARS_REPORTER", "Keeps call statistics of agents in the store."
    );
    admin::describe_store(set, options.store);
    reporter::describe(set, options);
    app::describe_call_metrics(set, options.call_metrics, "reporter");
    app::describe_service(set, common, app::Threads::configurable);
    if (set.parse(argc, argv) == app::OptionSet::Outcome::exit) return 0;
    options.store = admin::usable_store(options.store);
    options.drain_timeout = common.drain_timeout;
    const app::MakeService make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<reporter::Service>(runtime, options, metrics, log);
    };
    return app::run_service("lars-reporter", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_main("lars-reporter", [=] { return run(argc, argv); });
}
