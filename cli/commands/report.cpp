#include "cli/client_flags.hpp"
#include "cli/commands.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace lars::cli {
namespace {

/// A report isn't answered, so what it needs is asked for first. Throws Failure.
void require_endpoint(Client& client, const ClientOptions& options, ModuleId id, const Host& host) {
    const auto refuse = [id](const std::string& why) {
        throw Failure("module " + to_string(id) + ": " + why + ": nothing is reported");
    };
    const auto known = client.reg_init(id.modid, id.cmdid);
    if (known != Code::succ) refuse(explain(known, options));
    const auto all = client.get_route(id.modid, id.cmdid);
    const auto is_it = [&host](const Host& each) {
        return each.address == host.address && each.port == host.port;
    };
    if (!std::ranges::any_of(all, is_it)) refuse(to_string(host) + " isn't an endpoint of it");
}

}  // namespace

int report(const Words& words) {
    ClientOptions options;
    std::chrono::milliseconds latency{};
    Arguments arguments(
        "report",
        "NAME|MODID CMDID IP:PORT",
        "Tells the agent how a call went, and nothing if it doesn't know the endpoint."
    );
    add_client_flags(arguments, options);
    arguments.flags()("failed", "the call failed; without this it succeeded")(
        "latency", duration(latency, kTimeouts), "how long it took, 1ms to 1m: 3ms"
    );
    if (!arguments.parse_module(words, 1, 1)) return 0;
    const auto endpoint = arguments.endpoint(0);
    auto client = make_client(options);
    const auto id = find_module(client, options, *arguments.module_word());
    const Host host{address_to_string(endpoint), endpoint.port};
    require_endpoint(client, options, id, host);
    std::optional<std::chrono::microseconds> took;
    if (arguments.given("latency")) took = latency;
    const auto code =
        client.report(id.modid, id.cmdid, host, arguments.given("failed") ? 1 : 0, took);
    if (code != Code::succ) throw Failure("the report isn't sent: " + explain(code, options));
    return 0;
}

}  // namespace lars::cli
