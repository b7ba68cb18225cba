#pragma once

#include "programs.hpp"
#include "support/free_port.hpp"

#include <stdlib.h>

#include <optional>

namespace lars::test {

/// dns, reporter and agent as programs of their own, on a migrated database of their own.
template <class Database>
class Services {
public:
    Services() {
        ::setenv("LARS_STORE_PASSWORD", database.password().c_str(), 1);
        const auto migrated = run_lars({"store", "migrate", "--store", database.url()});
        CAPTURE(migrated.output);
        REQUIRE(migrated.status == 0);
    }

    void start_dns() {
        start(dns, "lars-dns", {"--store", database.url(), "--listen", address(dns_port)});
    }
    void start_reporter(const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{
            "--store", database.url(), "--listen", address(reporter_port)};
        words.insert(words.end(), more.begin(), more.end());
        start(reporter, "lars-reporter", words);
    }
    void start_agent() {
        start(
            agent,
            "lars-agent",
            {"--dns",
             address(dns_port),
             "--reporter",
             address(reporter_port),
             "--udp-port",
             std::to_string(udp_port),
             "--shards",
             "3",
             "--report-interval",
             "100ms"}
        );
    }

    Subprocess::Environment environment() const { return {{"LARS_AGENT", address(udp_port)}}; }

    Database database;
    TempDir directory;
    const int dns_port = free_port();
    const int reporter_port = free_port();
    const int udp_port = free_port(SOCK_DGRAM);
    std::optional<Subprocess> dns;
    std::optional<Subprocess> reporter;
    std::optional<Subprocess> agent;

private:
    static std::string address(int port) { return "127.0.0.1:" + std::to_string(port); }

    void start(
        std::optional<Subprocess>& service, const std::string& name, std::vector<std::string> words
    ) {
        words.insert(words.begin(), program(name));
        service.emplace(words, directory.file(name));
    }
};

}  // namespace lars::test
