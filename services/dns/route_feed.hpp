#pragma once

#include "app/condition.hpp"
#include "app/repeated_line.hpp"
#include "dns/held_board.hpp"
#include "dns/host_lookups.hpp"
#include "dns/name_table.hpp"
#include "dns/options.hpp"
#include "dns/publication.hpp"
#include "metrics/registry.hpp"
#include "runtime/backoff.hpp"
#include "runtime/event.hpp"
#include "runtime/task_group.hpp"
#include "store/change_feed.hpp"
#include "store/ready_database.hpp"
#include "store/schema.hpp"

#include <array>
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
        asio::any_io_executor executor,
        const Options& options,
        Publish publish,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    Awaitable<> run();
    /// Looks up the hosts of routes, beside it. Until it is cancelled.
    Awaitable<> look_up_hosts() { return lookups_.run(); }
    /// Something was written to the store: it is looked at before the next poll, unless that was
    /// done just now. On the feed's executor.
    void look_now();
    /// What is called when the table was loaded again, since the store isn't what it was. Before
    /// run().
    void on_reload(std::function<void()> reloaded) { reloaded_ = std::move(reloaded); }
    /// A publisher holds a route of an agent, or lets it go. On the feed's executor.
    void note_held(const HeldChange& change) { board_.note(change); }
    /// The owners whose instances are held. On the feed's executor.
    void note_held_owners(std::vector<store::HeldInstances> owners);

    // Any thread, both.

    /// Why the store isn't read, and since when.
    std::optional<std::string> trouble() const;
    /// What else somebody should look at.
    std::vector<std::string> remarks() const;

private:
    using Outcome = store::Result<void>;

    Awaitable<Outcome> begin();
    Awaitable<Outcome> load();
    Awaitable<Outcome> follow();
    Awaitable<> await_look();
    Awaitable<Outcome> look();
    Awaitable<Outcome> take(store::RouteChanges changes);
    Awaitable<Outcome> compare(RouteTable::Trust trust);
    Awaitable<Outcome> compare_ranges(
        std::vector<store::ModuleRange> ranges, RouteTable::Trust trust
    );
    Awaitable<Outcome> repair(store::ModuleRange range, RouteTable::Trust trust);
    Awaitable<Outcome> compare_names(RouteTable::Trust trust);
    Awaitable<Outcome> repair_names(RouteTable::Trust trust);
    Awaitable<Outcome> check_triggers();
    Awaitable<> prune();
    Awaitable<> report_held();
    Awaitable<> note_brought();
    struct Changed {
        RouteTable::Changed routes;
        NameTable::Changed names;
        std::vector<NameRemoval> name_removals;
    };
    enum class Extent { some, whole };
    void renew_hosts(const std::vector<ModuleId>& modules);
    void publish(Changed changed, std::chrono::microseconds age, Extent extent = Extent::some);
    void note_flaws(const store::Flaws& flaws, const std::vector<store::StoredRoute>& read);
    void renew_held_report();
    void log_held();
    void log_held(HoldReason reason, std::size_t modules);
    void log_held_names(std::size_t names);
    void note_read();
    void note_reload(const store::StorePosition& before);
    void note_failure(const store::Error& error);

    asio::any_io_executor executor_;
    const Options& options_;
    Publish publish_;
    spdlog::logger& log_;
    store::ReadyDatabase database_;
    store::ChangeFeed feed_{*database_};
    store::Schema schema_{*database_};
    store::StoreIdentities identities_{*database_};
    HostLookups lookups_;
    RouteTable table_;
    NameTable names_;
    HeldBoard board_;
    std::vector<store::HeldInstances> held_owners_;
    std::shared_ptr<const StoreView> store_view_ = std::make_shared<StoreView>();
    std::shared_ptr<const HeldReport> held_report_ = std::make_shared<HeldReport>();
    std::minstd_rand random_{std::random_device{}()};
    metrics::Counter& errors_;
    metrics::Counter& repairs_;
    metrics::Counter& skipped_;
    metrics::Counter& clamped_;
    metrics::Counter& disregarded_;
    metrics::Counter& policies_refused_;
    metrics::Counter& comparisons_;
    metrics::Counter& pruned_;
    metrics::Gauge& last_read_;
    app::Condition condition_{"the store"};
    // Read by whoever asks for the metrics.
    std::atomic<std::size_t> modules_{0};
    std::atomic<std::uint64_t> version_{0};
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> names_known_{0};
    std::atomic<std::size_t> names_held_{0};
    std::array<std::atomic<std::size_t>, kHoldReasons> held_routes_{};
    std::atomic<bool> triggers_missing_{false};
    std::atomic<Clock::time_point> last_read_at_{Clock::now()};
    Clock::time_point next_comparison_;
    Clock::time_point next_pruning_;
    std::map<ModuleId, std::string> policy_flaws_;         // as they were last told
    std::string told_skipped_;                             // the row that was last told of
    std::array<std::size_t, kHoldReasons> held_logged_{};  // modules, as they were last told
    std::size_t held_names_logged_ = 0;
    app::RepeatedLine troubles_;
    std::function<void()> reloaded_;
    runtime::Event wake_;
    Clock::time_point moved_;  // when the version was last seen to have moved
    Clock::time_point next_whole_look_;
    Clock::time_point looked_;     // when the last look ended
    Clock::duration look_took_{};  // and how long it took
    bool may_note_brought_ = true;
    bool loaded_ = false;
    bool confirmed_ = false;
    bool may_prune_ = true;
};

}  // namespace lars::dns
