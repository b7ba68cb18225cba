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

    using Words = std::vector<std::string>;

    void start_dns(const Words& more = {}) {
        start(dns, "lars-dns", {"--store", database.url(), "--listen", address(dns_port)}, more);
    }
    void start_reporter(const Words& more = {}) {
        start(
            reporter,
            "lars-reporter",
            {"--store", database.url(), "--listen", address(reporter_port)},
            more
        );
    }
    void start_agent(const Words& more = {}) {
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
             "100ms"},
            more
        );
    }

    Subprocess::Environment environment() const { return {{"LARS_AGENT", address(udp_port)}}; }

    Database database;
    TempDir directory;
    const int dns_port = free_port();
    const int reporter_port = free_port();
    const int udp_port = free_port(SOCK_DGRAM, 3);
    std::optional<Subprocess> dns;
    std::optional<Subprocess> reporter;
    std::optional<Subprocess> agent;

private:
    static std::string address(int port) { return "127.0.0.1:" + std::to_string(port); }

    void start(
        std::optional<Subprocess>& service, const std::string& name, Words words, const Words& more
    ) {
        words.insert(words.begin(), program(name));
        words.insert(words.end(), more.begin(), more.end());
        service.emplace(words, directory.file(name));
    }
};

}  // namespace lars::test
