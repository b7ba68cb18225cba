#pragma once

#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::bench {

/// `lars store migrate`.
void migrate(const std::string& store, const std::string& password = "");

/// `lars-dns` on loopback, killed with its owner.
class DnsProcess {
public:
    struct Options {
        std::string store;
        std::string password;
        int port = 0;  ///< 0: any free one
        std::vector<std::string> flags;
    };
    /// Returns when it answers agents.
    explicit DnsProcess(const Options& options);

    std::uint16_t port() const { return port_; }
    pid_t id() const { return process_.id(); }
    void kill();

    /// A poll that has seen RouteVersion rise to `to`. Needs --log-level debug.
    struct VersionMove {
        std::int64_t real = 0;  ///< nanoseconds
        std::uint64_t to = 0;
    };
    std::vector<VersionMove> version_moves() const;

private:
    test::TempDir directory_;
    test::Subprocess process_;
    std::uint16_t port_ = 0;
};

}  // namespace lars::bench
