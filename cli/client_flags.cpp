#include "cli/client_flags.hpp"

#include "cli/agent_text.hpp"

#include <cstdlib>
#include <stdexcept>

namespace lars::cli {
namespace {

constexpr const char* kUsualAgent = "127.0.0.1:8888/3";

/// As the client chooses it.
std::string agent_of(const ClientOptions& options) {
    if (!options.agent.empty()) return options.agent;
    const auto* named = std::getenv("LARS_AGENT");
    return named && *named ? named : kUsualAgent;
}

}  // namespace

void add_client_flags(Arguments& arguments, ClientOptions& options) {
    const auto set_agent = [&options](const std::string& text) {
        options.agent = agent_text(text);
    };
    arguments.flags(
    )("agent",
      boost::program_options::value<std::string>()->notifier(set_agent),
      "host[:port][/shards] [LARS_AGENT, else 127.0.0.1:8888/3]");
    arguments.flags()("timeout", duration(options.timeout, kTimeouts), "of each call [500ms]");
}

Client make_client(const ClientOptions& options) {
    try {
        return Client(options);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

ModuleId find_module(Client& client, const ClientOptions& options, const ModuleWord& word) {
    if (word.id) return *word.id;
    const auto choice = client.choose(Module(word.name));
    if (choice.code == Code::succ || choice.code == Code::overload) {
        return {choice.modid, choice.cmdid};
    }
    throw Failure("module " + word.name + ": " + explain(choice.code, options));
}

std::string explain(Code code, const ClientOptions& options) {
    const std::string name = to_string(code);
    if (code == Code::system_error)
        return name + " (no agent answers at " + agent_of(options) + ')';
    if (code == Code::noexist) {
        return name + " (the agent knows no endpoint of it; see: lars route list, lars name list)";
    }
    if (code == Code::overload) return name + " (all endpoints are out of use; see: lars status)";
    return name;
}

std::string to_string(const Host& host) {
    const bool v6 = host.address.find(':') != std::string::npos;
    return (v6 ? '[' + host.address + ']' : host.address) + ':' + std::to_string(host.port);
}

}  // namespace lars::cli
