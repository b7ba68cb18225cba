#include "agent/service.hpp"
#include "program/call_metrics_option.hpp"
#include "program/program.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    agent::Options options;
    program::Options common;
    config::OptionSet set(
        "lars-agent", "LARS_AGENTD", "Answers get_host and takes reports of one host's processes."
    );
    agent::describe(set, options);
    program::describe_call_metrics(set, options.call_metrics, "agent");
    program::describe(set, common, program::Threads::fixed);
    if (set.parse(argc, argv) == config::OptionSet::Outcome::exit) return 0;
    options.drain_timeout = common.drain_timeout;
    common.threads = options.shards + 1;
    const program::MakePart make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<agent::Service>(runtime, options, metrics, log);
    };
    return program::run("lars-agent", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::program::guarded("lars-agent", [=] { return run(argc, argv); });
}
