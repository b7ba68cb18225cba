#pragma once

#include "dns/options.hpp"
#include "dns/route_table.hpp"
#include "net/backoff.hpp"
#include "net/metrics.hpp"
#include "net/task_group.hpp"
#include "store/store.hpp"

#include <atomic>
#include <functional>

namespace lars::dns {

/// Follows the store: loads the table, then polls one small row and reads what changed, and
/// compares everything now and then. An outage is waited out; what is known stays.
class RouteFeed {
public:
    using Publish = std::function<void(std::vector<RoutePtr>)>;

    RouteFeed(
        net::asio::any_io_executor executor,
        const Options& options,
        Publish publish,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    net::Awaitable<> run();

private:
    net::Awaitable<store::Result<void>> prepare();
    net::Awaitable<store::Result<void>> load();
    net::Awaitable<store::Result<void>> follow();
    net::Awaitable<store::Result<void>> look();
    net::Awaitable<> sleep(std::chrono::milliseconds delay);
    void note_failure(const store::Error& error);

    net::asio::any_io_executor executor_;
    const Options& options_;
    Publish publish_;
    spdlog::logger& log_;
    std::unique_ptr<store::Store> store_;
    RouteTable table_;
    net::Counter& errors_;
    net::Counter& repairs_;
    net::Counter& skipped_;
    std::atomic<std::size_t> modules_{0};
    std::atomic<std::uint64_t> version_{0};
    std::string last_error_;
    bool loaded_ = false;
};

}  // namespace lars::dns
