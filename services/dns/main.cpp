#include "dns/service.hpp"
#include "program/program.hpp"
#include "program/store_option.hpp"

namespace {

int run(int argc, char** argv) {
    using namespace lars;
    dns::Options options;
    program::Options common;
    config::OptionSet set("lars-dns", "LARS_DNS", "Serves routes from the store to agents.");
    program::describe_store(set, options.store);
    dns::describe(set, options);
    program::describe(set, common, program::Threads::configurable);
    if (set.parse(argc, argv) == config::OptionSet::Outcome::exit) return 0;
    options.store = program::usable_store(options.store);
    options.threads = common.threads++;  // one more, for the feed
    const program::MakePart make = [&options](auto& runtime, auto& metrics, auto& log) {
        return std::make_unique<dns::Service>(runtime, options, metrics, log);
    };
    return program::run("lars-dns", common, make);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::program::guarded("lars-dns", [=] { return run(argc, argv); });
}
