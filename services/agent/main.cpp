#include "agent/service.hpp"
#include "app/call_metrics_option.hpp"
#include "app/run_program.hpp"

namespace {

using namespace lars;

struct Settings {
    using Service = agent::Service;

    Settings() {
        agent::describe(set, options);
        app::describe_call_metrics(set, options.call_metrics, "agent");
        app::describe_service(set, common, app::Threads::fixed);
        set.check([this] { options.drain_timeout = common.drain_timeout; });
    }

    app::ServiceOptions service_options() const {
        auto all = common;
        all.threads = options.shards + 1;
        return all;
    }

    app::OptionSet set{
        "lars-agent", "LARS_AGENTD", "Answers get_host and takes reports of one host's processes."};
    agent::Options options;
    app::ServiceOptions common;
};

}  // namespace

int main(int argc, char** argv) {
    return lars::app::run_program<Settings>("lars-agent", argc, argv);
}
