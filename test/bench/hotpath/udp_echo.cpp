#include "figures.hpp"
#include "shard_echo.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <thread>

// Sends each datagram back but reports, from several loopback ports in a row.
namespace {

using namespace lars;

constexpr auto kUsage = "udp_echo --kind blocking|like-agent --ports N";
constexpr int kReceiveBuffer = 4 << 20;  // the agent's
constexpr int kAttempts = 50;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// -1 when the port is taken.
int open_socket(std::uint16_t port) {
    const auto address = loopback(port);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
        return socket;
    }
    ::close(socket);
    return -1;
}

std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::vector<int> open_sockets(int count) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        std::vector<int> sockets{open_socket(0)};
        while (sockets.back() >= 0 && std::ssize(sockets) < count) {
            sockets.push_back(open_socket(static_cast<std::uint16_t>(port_of(sockets.back()) + 1)));
        }
        if (sockets.back() >= 0) return sockets;
        for (const auto socket : sockets) ::close(socket);
    }
    throw std::runtime_error("no free ports in a row");
}

void announce(std::uint16_t first_port) {
    std::printf("echo from UDP 127.0.0.1:%d\n", first_port);
    std::fflush(stdout);
}

void echo_blocking(int socket) {
    std::array<std::uint8_t, 65'507> bytes;
    while (true) {
        sockaddr_in from{};
        socklen_t size = sizeof from;
        auto* peer = reinterpret_cast<sockaddr*>(&from);
        const auto got = ::recvfrom(socket, bytes.data(), bytes.size(), 0, peer, &size);
        if (got < 0) throw std::runtime_error("cannot receive");
        const auto datagram = std::span(bytes).first(static_cast<std::size_t>(got));
        if (bench::swallowed(datagram)) continue;
        ::sendto(socket, datagram.data(), datagram.size(), 0, peer, size);
    }
}

int run_blocking(int ports) {
    const auto sockets = open_sockets(ports);
    std::vector<std::jthread> threads;
    for (const auto socket : sockets) threads.emplace_back([socket] { echo_blocking(socket); });
    announce(port_of(sockets.front()));
    return 0;  // never: the threads end with the process
}

int run_like_agent(int ports) {
    const auto probes = open_sockets(ports);
    const auto first_port = port_of(probes.front());
    for (const auto socket : probes) ::close(socket);
    spdlog::logger log("echo", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    const auto shards = static_cast<std::size_t>(ports);
    runtime::Runtime runtime({.threads = shards + 1}, log);
    bench::ShardEcho echo(runtime, first_port, shards, log);
    const std::vector<runtime::Part*> parts{&echo};
    runtime.run(parts, [first_port] { announce(first_port); });
    return 0;
}

int run(const bench::Settings& settings) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const auto kind = settings.text("--kind", "");
    const auto ports = settings.number("--ports", 0);
    if (ports > 0 && kind == "blocking") return run_blocking(ports);
    if (ports > 0 && kind == "like-agent") return run_like_agent(ports);
    throw std::invalid_argument(kUsage);
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("udp_echo", [=] {
        return run(lars::bench::parse_settings(argc, argv, {"--ports"}, {"--kind"}));
    });
}
