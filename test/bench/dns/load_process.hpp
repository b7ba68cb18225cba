#pragma once

#include "growing_file.hpp"
#include "stamp.hpp"
#include "support/subprocess.hpp"
#include "support/temp_dir.hpp"

#include <functional>
#include <vector>

namespace lars::bench {

/// `dns_load`: the sessions of many agents, in a process of their own. Killed with its owner.
class LoadProcess {
public:
    struct Options {
        std::uint16_t port = 0;
        int sessions = 0;
        int modules = 1;
    };
    explicit LoadProcess(const Options& options);

    struct Served {
        Stamp at;
        std::uint64_t attempts = 0;  ///< connections tried since the start, by all sessions
    };
    struct Marker {
        int modid = 0;
        std::uint32_t value = 0;
        Stamp at;
    };

    /// The next time that every session had all of its answers. Throws when it doesn't come.
    Served await_served();
    /// Passes each marker that all sessions have seen, in order, until `enough`. Throws when no
    /// more come before that.
    void await_markers(
        const std::function<void(const Marker&)>& take, const std::function<bool()>& enough
    );

    pid_t id() const { return process_.id(); }

private:
    void read();

    test::TempDir directory_;
    test::Subprocess process_;
    GrowingFile output_;
    std::vector<Served> served_;
    std::vector<Marker> markers_;
};

}  // namespace lars::bench
