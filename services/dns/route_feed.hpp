#pragma once

#include "dns/options.hpp"
#include "dns/publication.hpp"
#include "net/backoff.hpp"
#include "net/metrics.hpp"
#include "net/task_group.hpp"
#include "store/store.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <random>

namespace lars::dns {

/// Follows the store: loads the table, then polls one small row and reads what changed; now and
/// then compares checksums, range by range, in case the change log missed something, and prunes
/// that log. An outage is waited out; what is known stays.
class RouteFeed {
public:
    /// Called on the feed's executor: at the first load, and whenever something changed.
    using Publish = std::function<void(Publication)>;

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
    using Outcome = store::Result<void>;

    net::Awaitable<Outcome> begin();
    net::Awaitable<Outcome> load();
    net::Awaitable<Outcome> follow();
    net::Awaitable<Outcome> look();
    net::Awaitable<Outcome> take(store::RouteChanges changes);
    net::Awaitable<Outcome> compare(RouteTable::Trust trust);
    net::Awaitable<Outcome> compare_ranges(
        std::vector<store::ModuleRange> ranges, RouteTable::Trust trust
    );
    net::Awaitable<Outcome> repair(store::ModuleRange range, RouteTable::Trust trust);
    net::Awaitable<Outcome> check_triggers();
    net::Awaitable<> prune();
    net::Awaitable<> sleep(std::chrono::milliseconds delay);
    void publish(RouteTable::Changed changed, std::chrono::microseconds age);
    void note_flaws(const store::Flaws& flaws, const std::vector<store::StoredRoute>& read);
    void note_held();
    void note_read();
    void note_failure(const store::Error& error);

    net::asio::any_io_executor executor_;
    const Options& options_;
    Publish publish_;
    spdlog::logger& log_;
    std::unique_ptr<store::Store> store_;
    RouteTable table_;
    std::shared_ptr<const HeldReport> held_report_ = std::make_shared<HeldReport>();
    std::minstd_rand random_{std::random_device{}()};
    net::Counter& errors_;
    net::Counter& repairs_;
    net::Counter& skipped_;
    net::Counter& clamped_;
    net::Counter& policies_refused_;
    net::Counter& comparisons_;
    net::Counter& pruned_;
    net::Level& last_read_;
    // Read by whoever asks for the metrics.
    std::atomic<std::size_t> modules_{0};
    std::atomic<std::uint64_t> version_{0};
    std::atomic<std::size_t> held_{0};
    std::atomic<bool> triggers_missing_{false};
    net::Clock::time_point next_comparison_;
    net::Clock::time_point next_pruning_;
    std::map<ModuleId, std::string> policy_flaws_;  // as they were last told
    std::string last_error_;
    bool loaded_ = false;
    bool confirmed_ = false;
    bool may_prune_ = true;
};

}  // namespace lars::dns
