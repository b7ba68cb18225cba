#pragma once

#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lars::test {

/// A name server of the test's own, on loopback and a free port, which knows what it is told and
/// asks nobody.
class Dnsmasq {
public:
    using Records = std::map<std::string, std::vector<std::string>>;

    /// Addresses by name, and for how many seconds it vouches for them.
    Dnsmasq(const Records& records, int ttl);

    /// "127.0.0.1:PORT"
    std::string address() const;
    /// It has these from now on, instead of those that it had.
    void set(const Records& records);
    void send_signal(int signal) { server_->send_signal(signal); }

private:
    void start();

    TempDir directory_;
    int port_;
    int ttl_;
    std::unique_ptr<Subprocess> server_;
};

}  // namespace lars::test
