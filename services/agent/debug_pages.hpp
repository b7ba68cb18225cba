#pragma once

#include "agent/shard_pump.hpp"
#include "net/admin_page.hpp"

#include <memory>
#include <vector>

namespace lars::agent {

/// /debug/modules and /debug/modules/M/C: what the shards know of modules, as JSON. What is shown
/// is gathered by posting to the shards, in parts that hold none up.
class DebugPages {
public:
    using Shards = std::vector<std::unique_ptr<ShardPump>>;

    /// The shards are there, and run, whenever a page is asked for.
    explicit DebugPages(const Shards& shards) : shards_(shards) {}

    std::vector<net::AdminPage> pages();

private:
    net::Awaitable<net::AdminAnswer> list(net::AdminRequest request);
    net::Awaitable<net::AdminAnswer> show(net::AdminRequest request);
    net::Awaitable<std::vector<ModuleId>> find_modules(ModuleId after);

    const Shards& shards_;
};

}  // namespace lars::agent
