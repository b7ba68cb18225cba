#include "programs.hpp"
#include "services.hpp"
#include "support/database.hpp"
#include "support/free_port.hpp"
#include "support/wait.hpp"

#include <arpa/inet.h>
#include <lars/client.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// GET / of a server; empty: it failed.
std::string get(const lars::Host& host) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval timeout{20, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(host.port);
    ::inet_pton(AF_INET, host.address.c_str(), &to.sin_addr);
    const std::string request = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 &&
        ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
        std::array<char, 512> bytes{};
        for (ssize_t size = 1; (size = ::recv(socket, bytes.data(), bytes.size(), 0)) > 0;) {
            answer.append(bytes.data(), static_cast<std::size_t>(size));
        }
    }
    ::close(socket);
    return answer.starts_with("HTTP/1.1 200") ? answer : "";
}

/// Calls a service through an agent, as long as it lives.
class Caller {
public:
    explicit Caller(int agent) : thread_([this, agent] { call(agent); }) {}
    ~Caller() {
        ends_ = true;
        thread_.join();
    }
    std::uint64_t calls() const { return calls_; }
    std::uint64_t failures() const { return failures_; }

private:
    void call(int agent) {
        lars::ClientOptions options;
        options.agent = "127.0.0.1:" + std::to_string(agent) + "/3";
        options.timeout = 20s;
        lars::Client client(options);
        while (!ends_) {
            const auto choice = client.choose("web");
            const bool good = choice && !get(choice.host).empty();
            ++calls_;
            if (!good) ++failures_;
            if (choice) client.report("web", choice, good ? 0 : 1);
        }
    }

    std::atomic<bool> ends_{false};
    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::thread thread_;
};

}  // namespace

TEST_CASE("twenty rolling restarts of a service fail no call through another agent") {
    constexpr int kInstances = 3;
    constexpr int kRestarts = 20;
    Services<MariadbServer> services;
    services.start_dns();
    services.start_agent(
        {"--state-directory",
         services.directory.path(),
         "--socket",
         services.directory.file("agent.sock")}
    );
    const int callers_port = free_port(SOCK_DGRAM, 3);
    const Subprocess callers_agent(
        {program("lars-agent"),
         "--dns",
         "127.0.0.1:" + std::to_string(services.dns_port),
         "--udp-port",
         std::to_string(callers_port)},
        services.directory.file("callers-agent")
    );
    const Subprocess::Environment here{{"LARS_SOCKET", services.directory.file("agent.sock")}};
    const std::string script = std::string(LARS_SYSTEM_TESTS) + "/web_server.py";
    std::vector<int> ports;
    std::vector<std::optional<Subprocess>> running(kInstances);
    const auto start = [&](int instance, int round) {
        const auto port = std::to_string(ports[static_cast<std::size_t>(instance)]);
        auto& process = running[static_cast<std::size_t>(instance)];
        process.emplace(
            std::vector<std::string>{
                program("lars"),
                "register",
                "web",
                port,
                "--drain",
                "1s",
                "--address",
                "127.0.0.1",
                "--check",
                "http",
                "--",
                "/usr/bin/python3",
                script,
                port},
            services.directory.file("web-" + port + '-' + std::to_string(round)),
            here
        );
        const bool serves = process->prints("lars: it serves\n");
        CAPTURE(round, process->output());
        REQUIRE(serves);
    };
    for (int i = 0; i < kInstances; ++i) {
        ports.push_back(free_port());
        start(i, 0);
    }
    const auto environment =
        Subprocess::Environment{{"LARS_AGENT", "127.0.0.1:" + std::to_string(callers_port) + "/3"}};
    REQUIRE(eventually([&] { return run_lars({"get-host", "web"}, environment).status == 0; }));
    Caller caller(callers_port);
    for (int round = 1; round <= kRestarts; ++round) {
        const int instance = round % kInstances;
        auto& process = *running[static_cast<std::size_t>(instance)];
        process.send_signal(SIGTERM);
        CHECK(process.wait() == 0);
        start(instance, round);
    }
    CHECK(caller.calls() > 200);
    CHECK(caller.failures() == 0);
    WARN(
        caller.calls() << " calls, " << caller.failures() << " of which failed, over " << kRestarts
                       << " restarts"
    );
}
