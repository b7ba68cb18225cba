#pragma once

#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lars::test {

/// A MariaDB server of the test's own: loopback, a free port, its own data directory. It touches no
/// system service. It has a database `lars_dns` and a user `lars` with a random password.
class MariadbServer {
public:
    /// Options beyond, or instead of, those that make it small.
    explicit MariadbServer(std::vector<std::string> options = {});
    ~MariadbServer();

    void start();
    void stop();
    /// As kill -9.
    void kill();

    std::string url(const std::string& database = "lars_dns") const;
    int port() const { return port_; }
    const std::string& password() const { return password_; }
    /// A database more, which `lars` may use as it may `lars_dns`.
    void add_database(const std::string& name);
    /// Runs SQL as an administrator through the server's own shell; answers what that prints.
    std::string sql(const std::string& text);

private:
    std::vector<std::string> shell() const;
    bool answers();

    std::vector<std::string> options_;
    TempDir directory_;
    std::string password_;
    int port_ = 0;
    std::unique_ptr<Subprocess> server_;
};

}  // namespace lars::test
