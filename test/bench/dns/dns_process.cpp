#include "dns_process.hpp"

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

// "2031-12-31T23:59:59.123456 lars-dns debug …", in UTC.
std::int64_t log_time(const std::string& line) {
    tm calendar{};
    const char* fraction = ::strptime(line.c_str(), "%Y-%m-%dT%H:%M:%S.", &calendar);
    if (!fraction) throw std::runtime_error("a log line without a time: " + line);
    return (std::int64_t{::timegm(&calendar)} * 1'000'000 + std::stol(fraction)) * 1'000;
}

}  // namespace

std::string program(const std::string& name) {
    return std::string(LARS_BIN) + '/' + name;
}

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
    if (!process_.prints(" modules loaded at version ")) {
        throw std::runtime_error("lars-dns doesn't start: " + process_.output());
    }
    port_ = listening_port(process_.output());
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
