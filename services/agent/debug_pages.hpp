#pragma once

#include "agent/shard_pump.hpp"
#include "http/page.hpp"

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

    std::vector<http::Page> pages();

private:
    Awaitable<http::Response> list(http::Request request);
    Awaitable<http::Response> show(http::Request request);
    Awaitable<std::vector<ModuleId>> find_modules(ModuleId after);

    const Shards& shards_;
};

}  // namespace lars::agent
