#include "agent/service.hpp"
#include "app/call_metrics_option.hpp"
#include "app/run_main.hpp"
#include "app/run_service.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    agent::Options options;
    app::ServiceOptions common;
    app::OptionSet set(
        "lars-agent", "LARS_AGENTD", "Answers get_host and takes reports of one host's processes."
    );
    agent::describe(set, options);
    app::describe_call_metrics(set, options.call_metrics, "agent");
    app::describe_service(set, common, app::Threads::fixed);
    if (set.parse(argc, argv) == app::OptionSet::Outcome::exit) return 0;
    options.drain_timeout = common.drain_timeout;
    common.threads = options.shards + 1;
    const app::MakeService make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<agent::Service>(runtime, options, metrics, log);
    };
    return app::run_service("lars-agent", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_main("lars-agent", [=] { return run(argc, argv); });
}
