#include "cli/call_commands.hpp"

#include "app/value.hpp"
#include "cli/agent_route.hpp"
#include "cli/commands.hpp"
#include "cli/policy.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
namespace po = boost::program_options;

json::object to_json(const Host& host) {
    return {{"host", host.address}, {"port", host.port}};
}

std::string to_text(const Host& host) {
    const bool v6 = host.address.find(':') != std::string::npos;
    return (v6 ? '[' + host.address + ']' : host.address) + ':' + std::to_string(host.port);
}

void print_json(const Route& route, ModuleId id) {
    json::array endpoints;
    for (const auto& each : route.endpoints) {
        endpoints.push_back(json::object{
            {"host", address_to_string(each.endpoint)},
            {"port", each.endpoint.port},
            {"weight", each.weight}});
    }
    const json::object object{
        {"modid", id.modid},
        {"cmdid", id.cmdid},
        {"endpoints", std::move(endpoints)},
        {"policy", {{"name", route.policy.name}, {"parameters", parameters_json(route.policy)}}}};
    std::cout << json::serialize(object) << '\n';
}

void print_text(const Route& route) {
    for (const auto& each : route.endpoints) {
        std::cout << to_string(each.endpoint);
        if (each.weight != kDefaultWeight) std::cout << "  weight " << each.weight;
        std::cout << '\n';
    }
    if (route.policy.name.empty()) return;
    const auto parameters = parameters_text(route.policy);
    std::cout << "policy " << route.policy.name << (parameters.empty() ? "" : " ") << parameters
              << '\n';
}

std::chrono::milliseconds duration(
    const std::string& flag, const std::string& text, std::chrono::milliseconds min = 1ms
) {
    try {
        return app::parse_duration(text, {min, 60s}, {});
    } catch (const std::invalid_argument& allowed) {
        throw UsageError(flag + " '" + text + "' is not " + allowed.what());
    }
}

}  // namespace

void add_client_flags(Arguments& arguments, ClientOptions& options) {
    arguments.flags(
    )("agent",
      po::value<std::string>(&options.agent),
      "host:port[/shards] [LARS_AGENT, else 127.0.0.1:8888/3]");
    const auto set_timeout = [&options](const std::string& text) {
        options.timeout = duration("--timeout", text);
    };
    arguments.flags(
    )("timeout", po::value<std::string>()->notifier(set_timeout), "of each call [500ms]");
}

Client make_client(const ClientOptions& options) {
    try {
        return Client(options);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

int get_host(const Words& words) {
    ClientOptions options;
    Arguments arguments(
        "get-host", "MODID CMDID", "Prints the endpoint to call; exit status 1 if there is none."
    );
    add_client_flags(arguments, options);
    const auto set_wait = [&options](const std::string& text) {
        options.first_call_wait = duration("--wait", text, 0ms);
    };
    arguments.flags()("json", "print a JSON object")(
        "wait",
        po::value<std::string>()->notifier(set_wait),
        "for a module that the agent has to learn first; 0: not at all [20ms]"
    );
    if (!arguments.parse(words, 2, 2)) return 0;
    auto client = make_client(options);
    const auto id = arguments.module();
    auto answer = client.get_host(id.modid, id.cmdid);
    // An agent of the original doesn't wait, but has learnt the module a moment later.
    const bool wait = options.first_call_wait > 0ms;
    if (wait && answer.code() == Code::noexist &&
        client.reg_init(id.modid, id.cmdid) == Code::succ) {
        answer = client.get_host(id.modid, id.cmdid);
    }
    if (arguments.given("json")) {
        auto object = answer ? to_json(*answer) : json::object();
        object["code"] = to_string(answer.code());
        std::cout << json::serialize(object) << '\n';
    } else if (answer) {
        std::cout << to_text(*answer) << '\n';
    } else {
        std::cerr << "lars get-host: module " << to_string(id) << ": " << to_string(answer.code())
                  << (answer.code() == Code::system_error ? " (no agent answers)" : "") << '\n';
    }
    return answer ? 0 : 1;
}

int get_route(const Words& words) {
    ClientOptions options;
    Arguments arguments(
        "get-route",
        "MODID CMDID",
        "Prints all endpoints, and weights and a policy that aren't the default; exit status 1 if\n"
        "there are none."
    );
    add_client_flags(arguments, options);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 2, 2)) return 0;
    auto client = make_client(options);
    const auto id = arguments.module();
    const auto code = client.reg_init(id.modid, id.cmdid);
    const auto route = ask_route(options, id);
    if (arguments.given("json")) {
        print_json(route, id);
    } else {
        print_text(route);
    }
    if (!route.endpoints.empty()) return 0;
    std::cerr << "lars get-route: module " << to_string(id) << ": " << to_string(code) << '\n';
    return 1;
}

int report(const Words& words) {
    ClientOptions options;
    std::optional<std::chrono::microseconds> latency;
    const auto set_latency = [&latency](const std::string& text) {
        latency = duration("--latency", text);
    };
    Arguments arguments("report", "MODID CMDID IP:PORT", "Tells the agent how a call went.");
    add_client_flags(arguments, options);
    arguments.flags()("failed", "the call failed; without this it succeeded")(
        "latency", po::value<std::string>()->notifier(set_latency), "how long it took, as 3ms"
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
