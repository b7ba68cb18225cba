#include "server.hpp"

#include "process.hpp"

#include <stdexcept>

namespace lars::bench {

Server::Server(const std::vector<std::string>& command, const std::string& before)
    : process_(command, directory_.file("log")) {
    if (!process_.prints(before) || !process_.running()) {
        throw std::runtime_error(command.front() + " doesn't start: " + process_.output());
    }
    const auto log = process_.output();
    const auto first = std::stoi(log.substr(log.find(before) + before.size()));
    for (std::size_t i = 0; i < kShards; ++i) {
        ports_.push_back(static_cast<std::uint16_t>(first + static_cast<int>(i)));
    }
}

Server start_agent(std::uint16_t upstream, const std::vector<std::string>& flags) {
    const auto peer = "127.0.0.1:" + std::to_string(upstream);
    std::vector<std::string> command{
        program("lars-agent"),
        "--udp-port",
        "0",
        "--shards",
        std::to_string(kShards),
        "--dns",
        peer,
        "--reporter",
        peer,
        "--caller",
        "127.0.0.1"};
    command.insert(command.end(), flags.begin(), flags.end());
    return Server(command, " shards from UDP 127.0.0.1:");
}

Server start_echo(EchoKind kind) {
    const auto* word = kind == EchoKind::blocking ? "blocking" : "like-agent";
    return Server(
        {bench_program("udp_echo"), "--kind", word, "--ports", std::to_string(kShards)},
        "echo from UDP 127.0.0.1:"
    );
}

}  // namespace lars::bench
