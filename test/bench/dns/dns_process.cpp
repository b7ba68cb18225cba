#include "dns_process.hpp"

#include "process.hpp"
#include "support/peer.hpp"
#include "support/wait.hpp"

#include <proto/lars.pb.h>
#include <signal.h>
#include <time.h>

#include <sstream>
#include <stdexcept>

namespace lars::bench {
namespace {

std::vector<std::string> command(const DnsProcess::Options& options) {
    std::vector<std::string> words{
        program("lars-dns"),
        "--store",
        options.store,
        "--listen",
        "127.0.0.1:" + std::to_string(options.port)};
    words.insert(words.end(), options.flags.begin(), options.flags.end());
    return words;
}

std::uint16_t listening_port(const std::string& log) {
    const std::string before = " from 127.0.0.1:";
    return static_cast<std::uint16_t>(std::stoi(log.substr(log.find(before) + before.size())));
}

// Until its routes are loaded it closes connections at once.
bool answers(std::uint16_t port) {
    test::TcpPeer agent(port);
    const auto ask_for_module_1_1 = test::frame(ID_GetRouteRequest, test::from_hex("08011001"));
    return agent.send(ask_for_module_1_1) && agent.receive_frame();
}

// "2031-12-31T23:59:59.123456 lars-dns debug …", in UTC.
std::int64_t log_time(const std::string& line) {
    tm calendar{};
    const char* fraction = ::strptime(line.c_str(), "%Y-%m-%dT%H:%M:%S.", &calendar);
    if (!fraction) throw std::runtime_error("a log line without a time: " + line);
    return (std::int64_t{::timegm(&calendar)} * 1'000'000 + std::stol(fraction)) * 1'000;
}

}  // namespace

void migrate(const std::string& store, const std::string& password) {
    const auto done = test::run_program(
        {program("lars"), "store", "migrate", "--store", store}, {{"LARS_STORE_PASSWORD", password}}
    );
    if (done.status != 0) throw std::runtime_error(done.output);
}

DnsProcess::DnsProcess(const Options& options)
    : process_(
          command(options),
          directory_.file("log"),
          {{"LARS_STORE_PASSWORD", options.password}, {"TZ", "UTC"}}
      ) {
    if (!process_.prints("dns serves ")) {
        throw std::runtime_error("lars-dns doesn't start: " + process_.output());
    }
    port_ = listening_port(process_.output());
    if (!test::eventually([this] { return answers(port_); }, std::chrono::seconds(60))) {
        throw std::runtime_error("lars-dns doesn't answer: " + process_.output());
    }
}

void DnsProcess::kill() {
    process_.send_signal(SIGKILL);
    process_.wait();
}

std::vector<DnsProcess::VersionMove> DnsProcess::version_moves() const {
    std::vector<VersionMove> moves;
    std::istringstream log(process_.output());
    for (std::string line; std::getline(log, line);) {
        if (line.find(" version moved ") == std::string::npos) continue;
        moves.push_back({log_time(line), std::stoull(line.substr(line.rfind(' ')))});
    }
    return moves;
}

}  // namespace lars::bench
