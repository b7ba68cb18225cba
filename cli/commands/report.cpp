#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <chrono>
#include <optional>

namespace lars::cli {

int report(const Words& words) {
    ClientOptions options;
    std::optional<std::chrono::microseconds> latency;
    const auto set_latency = [&latency](const std::string& text) {
        latency = call_duration("--latency", text);
    };
    Arguments arguments("report", "MODID CMDID IP:PORT", "Tells the agent how a call went.");
    add_client_flags(arguments, options);
    arguments.flags()("failed", "the call failed; without this it succeeded")(
        "latency",
        boost::program_options::value<std::string>()->notifier(set_latency),
        "how long it took, as 3ms"
    );
    if (!arguments.parse(words, 3, 3)) return 0;
    auto client = make_client(options);
    const auto id = arguments.module();
    const auto endpoint = arguments.endpoint(2);
    const Host host{address_to_string(endpoint), endpoint.port};
    const auto code =
        client.report(id.modid, id.cmdid, host, arguments.given("failed") ? 1 : 0, latency);
    if (code != Code::succ) throw Failure("the report couldn't be sent: is the agent running?");
    return 0;
}

}  // namespace lars::cli
