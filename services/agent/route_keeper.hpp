#pragma once

#include "agent/route_file.hpp"
#include "agent/route_subscriber.hpp"
#include "metrics/registry.hpp"
#include "runtime/event.hpp"

#include <boost/asio/thread_pool.hpp>
#include <spdlog/logger.h>

#include <string>
#include <utility>
#include <vector>

namespace lars::agent {

/// Keeps the routes that the shards hold in a file, so that an agent which starts while dns is down
/// knows them. Changes are gathered for a moment and written as a whole, on a thread of their own:
/// to a temporary file, synced, then renamed. Belongs to one executor.
class RouteKeeper final : public RouteSubscriber {
public:
    /// An empty path: keeps nothing. Throws StartError for a directory.
    RouteKeeper(
        asio::any_io_executor executor,
        std::string path,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// What the file had when the agent started, once; a file that can't be believed is put aside.
    std::vector<Route> take_restored() { return std::exchange(restored_, {}); }
    /// The names that it had, once.
    std::vector<NameUpdate> take_restored_names() { return std::exchange(restored_names_, {}); }
    /// What a name stands for now; nothing, if it isn't needed any more.
    void on_name(const NameUpdate& update);
    void on_route(const RouteUpdate& update) override;
    void on_origin(ModuleId module, const RouteOrigin& origin) override;

    /// Writes until it is cancelled.
    Awaitable<> run();
    /// Writes the last changes, at the end, and blocks meanwhile.
    void flush();

private:
    void restore();
    void put_aside(const std::string& why);

    asio::any_io_executor executor_;
    std::string path_;
    spdlog::logger& log_;
    RouteFile file_;
    std::vector<Route> restored_;
    std::vector<NameUpdate> restored_names_;
    runtime::Event changed_;
    metrics::Counter& writes_;
    metrics::Counter& failures_;
    bool dirty_ = false;
    bool writing_ = false;
    bool failing_ = false;
    asio::thread_pool writer_{1};
};

}  // namespace lars::agent
