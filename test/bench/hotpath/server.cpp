#include "server.hpp"

#include "process.hpp"

#include <signal.h>

#include <stdexcept>

namespace lars::bench {
namespace {

int number_after(const std::string& text, const std::string& before) {
    const auto at = text.find(before);
    if (at == std::string::npos) throw std::runtime_error("no '" + before + "' in: " + text);
    return std::stoi(text.substr(at + before.size()));
}

}  // namespace

Server::Server(const std::vector<std::string>& command, const std::string& before)
    : process_(command, directory_.file("log")) {
    if (!process_.prints(before) || !process_.running()) {
        throw std::runtime_error(command.front() + " doesn't start: " + process_.output());
    }
    const auto first = number_after(process_.output(), before);
    for (std::size_t i = 0; i < kShards; ++i) {
        ports_.push_back(static_cast<std::uint16_t>(first + static_cast<int>(i)));
    }
}

std::uint16_t Server::admin_port() {
    const std::string before = "http://127.0.0.1:";
    process_.prints(before);
    return static_cast<std::uint16_t>(number_after(process_.output(), before));
}

void Server::stop() {
    process_.send_signal(SIGTERM);
    process_.wait();
}

Server start_agent(
    std::uint16_t upstream,
    const std::vector<std::string>& flags,
    std::optional<std::uint16_t> reporter
) {
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
        "127.0.0.1:" + std::to_string(reporter.value_or(upstream)),
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
