#pragma once

#include "lars/client.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lars {

enum class NodeState {
    serves = LARS_SERVES,
    slow_start = LARS_SLOW_START,
    half_open = LARS_HALF_OPEN,
    ejected = LARS_EJECTED,
};

/// One node of a route that is watched.
struct Node {
    Host host;
    std::uint32_t weight = 0;  ///< 0: drained
    NodeState state = NodeState::serves;
    std::string zone;  ///< "region/zone"; empty: not known
};

/// Watches a module's nodes, for who keeps connections to all of them:
///
///     lars::Watch watch(client, "payments", [&](const auto& nodes) { pool.renew(nodes); });
///
/// or poll descriptor(), and call nodes() when it is readable. Thread-safe. The child of a fork()
/// has no watches: it opens its own.
class Watch {
public:
    using Nodes = std::vector<Node>;

    /// `changed` is called by a thread of the watch's own, with the first nodes and whenever one
    /// came, went, or got another weight or state; it must not destroy the watch. The client lives
    /// longer. Throws std::invalid_argument.
    Watch(
        Client& client,
        const Module& module,
        std::function<void(const Nodes&)> changed = {},
        std::chrono::milliseconds interval = std::chrono::milliseconds(250)
    );

    /// Readable while there is a change that nodes() hasn't answered yet. Don't read or close it.
    int descriptor() const;
    /// As they were seen last.
    Nodes nodes();
    /// The same, into `nodes`, and how the latest question went: Code::system_error says that the
    /// agent doesn't answer, and that they are as they were.
    Code nodes(Nodes& nodes);

private:
    struct Close {
        void operator()(lars_watch* watch) const { lars_watch_close(watch); }
    };
    std::unique_ptr<std::function<void(const Nodes&)>> changed_;
    std::unique_ptr<lars_watch, Close> watch_;  // dies first: its thread calls the other
};

}  // namespace lars
