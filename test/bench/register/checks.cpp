#include "../dns/descriptors.hpp"
#include "figures.hpp"
#include "process.hpp"
#include "support/free_port.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"
#include "support/wait.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

// What an agent's checks cost: so many services, each checked once a second, against a server of
// this process that answers at once.
namespace {

using namespace lars;

/// Accepts connections, answers what comes over them, if that is wanted, and closes them.
class Server {
public:
    explicit Server(bool answers) : answers_(answers), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0 ||
            ::listen(socket_, 4'096) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
            throw std::runtime_error("no socket");
        }
        port_ = ntohs(where.sin_port);
        thread_ = std::thread([this] { serve(); });
    }
    ~Server() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    int port() const { return port_; }
    std::uint64_t connections() const { return connections_; }

private:
    void serve() {
        constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        while (true) {
            const int peer = ::accept(socket_, nullptr, nullptr);
            if (peer < 0) return;
            if (answers_) {
                std::array<char, 1'024> request{};
                static_cast<void>(::recv(peer, request.data(), request.size(), 0) > 0);
                static_cast<void>(::send(peer, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) > 0);
            }
            ::close(peer);
            ++connections_;
        }
    }

    bool answers_;
    int socket_;
    int port_ = 0;
    std::atomic<std::uint64_t> connections_{0};
    std::thread thread_;
};

void measure(
    const bench::Settings& settings, const std::string& kind, int services, bench::Figures& figures
) {
    Server server(kind == "http");
    const test::TempDir directory;
    std::filesystem::create_directories(directory.file("services.d"));
    std::ofstream file(directory.file("services.d/all.conf"));
    for (int i = 0; i < services; ++i) {
        file << "[service-" << i << "]\naddress = 127.0.0.1\nport = " << server.port()
             << "\ncheck = " << kind << "\n";
    }
    file.close();
    const test::Subprocess agent(
        {bench::program("lars-agent"),
         "--dns",
         "127.0.0.1:" + std::to_string(test::free_port()),
         "--udp-port",
         "0",
         "--services-directory",
         directory.file("services.d")},
        directory.file("log")
    );
    const auto all = static_cast<std::uint64_t>(services);
    if (!test::eventually([&] { return server.connections() >= 2 * all; })) {
        throw std::runtime_error("the agent doesn't check: " + agent.output());
    }
    const auto time = std::chrono::seconds(settings.quick ? 2 : 10);
    const auto before = bench::cpu_us(agent.id());
    const auto checks_before = server.connections();
    std::this_thread::sleep_for(time);
    const auto spent = bench::cpu_us(agent.id()) - before;
    const auto checks = static_cast<double>(server.connections() - checks_before);
    figures.add(kind + "_checks_per_s", checks / static_cast<double>(time.count()));
    figures.add(kind + "_us_per_check", spent / checks);
    figures.add(kind + "_cores", spent / 1e6 / static_cast<double>(time.count()));
}

int run(const bench::Settings& settings) {
    bench::raise_descriptor_limit();
    bench::Figures figures("register-checks");
    const int services = settings.number("--services", settings.quick ? 100 : 1'000);
    for (int round = 0; round < (settings.quick ? 1 : 3); ++round) {
        measure(settings, "tcp", services, figures);
        measure(settings, "http", services, figures);
    }
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("register-checks", [=] {
        return run(bench::parse_settings(argc, argv, {"--services"}));
    });
}
