#pragma once

#include "support/mariadb_server.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::bench {

/// A MariaDB server of the benchmark's own with the schema in it.
class Database {
public:
    /// Options of the server, beside those that make it small.
    explicit Database(std::vector<std::string> options = {});

    std::string url() const { return server.url(); }
    pid_t id() const;

    test::MariadbServer server;
};

/// `lars-reporter` on loopback, killed with its owner.
class ReporterProcess {
public:
    ReporterProcess(std::string store, std::string password, std::vector<std::string> flags = {});

    /// Returns when it listens; on the same port each time.
    void start();
    /// As kill -9.
    void kill();
    bool running() const { return process_.has_value(); }

    std::uint16_t port() const { return port_; }
    /// A metric as it is now.
    double value(const std::string& name) const;
    pid_t id() const { return process_->id(); }
    std::string output() const { return process_->output(); }

private:
    std::vector<std::string> command_;
    std::string password_;
    std::uint16_t port_;
    std::uint16_t admin_port_;
    test::TempDir directory_;
    int starts_ = 0;
    std::optional<test::Subprocess> process_;
};

}  // namespace lars::bench
