#include "program/call_metrics_option.hpp"
#include "program/program.hpp"
#include "program/store_option.hpp"
#include "reporter/service.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    reporter::Options options;
    program::Options common;
    config::OptionSet set(
        "lars-reporter", "LARS_REPORTER", "Keeps call statistics of agents in the store."
    );
    program::describe_store(set, options.store);
    reporter::describe(set, options);
    program::describe_call_metrics(set, options.call_metrics, "reporter");
    program::describe(set, common, program::Threads::configurable);
    if (set.parse(argc, argv) == config::OptionSet::Outcome::exit) return 0;
    options.store = program::usable_store(options.store);
    options.drain_timeout = common.drain_timeout;
    const program::MakePart make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<reporter::Service>(runtime, options, metrics, log);
    };
    return program::run("lars-reporter", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::program::guarded("lars-reporter", [=] { return run(argc, argv); });
}
