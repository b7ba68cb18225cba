#include "agent_address.hpp"

#include <charconv>
#include <cstdlib>
#include <stdexcept>

namespace lars::client {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
    throw std::invalid_argument(
        "agent address '" + text + "': " + why +
        "; expected host:port[/shards], such as 127.0.0.1:8888/3"
    );
}

std::uint32_t number(const std::string& text, const std::string& digits, std::uint32_t max) {
    std::uint32_t value = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stop != end || value == 0 || value > max) {
        refuse(text, "'" + digits + "' is not a number from 1 to " + std::to_string(max));
    }
    return value;
}

}  // namespace

AgentAddress parse_agent(std::string text) {
    if (text.empty()) {
        const auto* named = std::getenv("LARS_AGENT");
        text = named && *named ? named : "127.0.0.1:8888/3";
    }
    AgentAddress agent;
    auto rest = text;
    if (const auto slash = rest.find('/'); slash != std::string::npos) {
        agent.shards = number(text, rest.substr(slash + 1), 64);
        rest.resize(slash);
    }
    const auto colon = rest.rfind(':');
    if (colon == std::string::npos || colon == 0) refuse(text, "no port");
    auto host = rest.substr(0, colon);
    const auto port = number(text, rest.substr(colon + 1), 65'535);
    if (port + agent.shards - 1 > 65'535) refuse(text, "the ports of its shards end above 65535");
    if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    agent.host = std::move(host);
    agent.port = static_cast<std::uint16_t>(port);
    agent.text = std::move(text);
    return agent;
}

}  // namespace lars::client
