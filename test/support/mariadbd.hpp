#pragma once

#include "support/free_port.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lars::test {

/// One mariadbd of the test's own: loopback, a free port, its own data directory. It touches no
/// system service.
class Mariadbd {
public:
    /// Options beyond, or instead of, those that make it small.
    explicit Mariadbd(std::vector<std::string> options = {});
    ~Mariadbd();

    /// Fills the data directory. A node that joins a cluster gets its data from there instead.
    void install();
    /// Until it answers. Throws what it printed when it doesn't.
    void start(const std::vector<std::string>& more_options = {});
    void stop();
    /// As kill -9.
    void kill();
    bool running() const { return server_ && server_->running(); }

    int port() const { return port_; }
    std::filesystem::path data() const { return directory_.path() / "data"; }
    /// Runs SQL as an administrator through the server's own shell; answers what that prints.
    std::string sql(const std::string& text) const;
    /// Makes the database `lars_dns`, and a user `lars` with a random password, which it answers.
    std::string create_lars_database();
    std::string output() const { return server_->output(); }

    /// The server's process.
    pid_t id() const { return server_->id(); }

private:
    std::filesystem::path temporary() const { return directory_.path() / "tmp"; }
    Subprocess::Environment environment() const;
    Finished run_sql(const std::string& text) const;

    TempDir directory_;
    std::vector<std::string> options_;
    int port_ = free_port();
    std::unique_ptr<Subprocess> server_;
};

}  // namespace lars::test
