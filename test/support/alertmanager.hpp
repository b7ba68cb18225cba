#pragma once

#include "support/free_port.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <optional>
#include <string>

namespace lars::test {

/// A real Alertmanager of the test's own: loopback, a free port, its own directory, no cluster. It
/// touches no system service.
class Alertmanager {
public:
    /// Until it answers. Throws what it printed when it doesn't.
    Alertmanager();

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// The alerts that fire, in its own shell's words.
    std::string alerts() const;

private:
    Finished query() const;

    TempDir directory_;
    int port_ = free_port();
    std::optional<Subprocess> server_;
};

}  // namespace lars::test
