#pragma once

#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>

namespace lars::test {

/// A MariaDB server of the test's own: loopback, a free port, its own data directory. It touches no
/// system service. It has a database `lars_dns` and a user `lars` with a random password.
class MariadbServer {
public:
    MariadbServer();
    ~MariadbServer();

    void start();
    void stop();
    /// As kill -9.
    void kill();

    std::string url() const;
    const std::string& password() const { return password_; }
    /// Runs SQL as an administrator through the server's own shell; answers what that prints.
    std::string sql(const std::string& text);

private:
    std::vector<std::string> shell() const;
    bool answers();

    TempDir directory_;
    std::string password_;
    int port_ = 0;
    std::unique_ptr<Subprocess> server_;
};

}  // namespace lars::test
