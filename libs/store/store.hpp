#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"
#include "store/alarms.hpp"
#include "store/calls.hpp"
#include "store/result.hpp"
#include "store/url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// One row of RouteData.
struct RouteRow {
    ModuleId module;
    Endpoint endpoint;
    /// 0 to kMaxWeight. None, of a row to put: what it has; kDefaultWeight when it is new.
    std::optional<std::uint32_t> weight;

    friend auto operator<=>(const RouteRow&, const RouteRow&) = default;
};

/// One row of ModulePolicy, as it stands there; see parse_policy.
struct PolicyRow {
    ModuleId module;
    std::string name;
    std::string parameters;

    friend bool operator==(const PolicyRow&, const PolicyRow&) = default;
};

/// Where a reader of the change log stands. Version and mark together name a moment of one history:
/// after a backup was restored, the same version comes with another mark.
struct Position {
    std::uint64_t version = 0;
    std::uint64_t mark = 0;  ///< logged_us of the log's entry at that version; 0: it has none

    friend bool operator==(const Position&, const Position&) = default;
};

/// How many rows a part of RouteData has, and the sum of their checksums, as the database computes
/// them too: CRC-32 of "modid,cmdid,serverip,serverport,weight". Of a module that has rows, the
/// checksum covers the policy: CRC-32 of "modid,cmdid,name,parameters".
struct RowSum {
    std::uint64_t rows = 0;
    std::uint64_t checksum = 0;

    RowSum& operator+=(const RowSum& other) {
        rows += other.rows;
        checksum += other.checksum;
        return *this;
    }
    friend bool operator==(const RowSum&, const RowSum&) = default;
};

/// The route of one module as its rows say, canonical; no rows, no endpoints.
struct StoredRoute {
    Route route;
    RowSum sum;                 ///< unusable and repeated rows count too
    std::uint64_t removed = 0;  ///< rows that left the module in the part of the log that was read
    std::string policy_flaw;    ///< why its policy isn't used; see parse_policy
};

/// How many rows of a read aren't as they should be.
struct Flaws {
    std::size_t skipped = 0;  ///< an id or port is out of range
    std::size_t clamped = 0;  ///< a weight is out of range, and taken as the nearest that isn't

    Flaws& operator+=(const Flaws& other) {
        skipped += other.skipped;
        clamped += other.clamped;
        return *this;
    }
};

/// All routes in one consistent snapshot, sorted by module.
struct RouteSnapshot {
    Position position;
    std::vector<StoredRoute> routes;
    Flaws flaws;
    std::uint64_t rows = 0;     ///< all there are
    std::uint64_t counted = 0;  ///< as the triggers have counted them
};

/// What changed after a position: the modules' routes as they are now.
struct RouteChanges {
    Position position;
    std::vector<StoredRoute> routes;
    Flaws flaws;
    /// The log doesn't reach back to the position asked for, or is of another history: load
    /// everything.
    bool reload = false;
    std::uint64_t audited = 0;  ///< rows that audit entries say were removed on purpose
    bool confirmed = false;     ///< somebody said that the table is right as it is
    /// How long before the snapshot the oldest of the changes was made, by the database's clock.
    std::chrono::microseconds age{0};
};

/// Modules from first to last, both included, in the order of (modid, cmdid): either some of one
/// modid, or all of several.
struct ModuleRange {
    ModuleId first;
    ModuleId last;
};

/// The sums of some ranges, with what changed before them in the same snapshot.
struct RangeSums {
    RouteChanges changes;
    std::vector<RowSum> sums;
};

/// The routes of one range, with what changed before them in the same snapshot.
struct RangeRoutes {
    RouteChanges changes;
    std::vector<StoredRoute> routes;
};

/// What became of rows that were put.
struct PutCount {
    std::size_t added = 0;
    std::size_t reweighted = 0;  ///< were there with another weight
};

struct Confirmation {
    std::uint64_t version = 0;
    std::uint64_t rows = 0;
};

struct SchemaStatus {
    int version = 0;        ///< migrations applied
    int latest = 0;         ///< that this build knows
    bool triggers = false;  ///< the change feed's triggers are all there
};

/// Told how many rows of an edit are done.
using Progress = std::function<void(std::size_t done)>;

inline constexpr std::size_t kPruneAtOnce = 1000;

/// Routes and statistics in one database.
///
/// Belongs to one executor, takes one operation at a time, and connects by itself at the first one
/// and after a lost connection, to the next host if there are several. No operation blocks the
/// executor's thread. None waits for one answer of the database longer than `Options::timeout`, and
/// each can be cancelled; whatever was begun is then rolled back.
class Store {
public:
    virtual ~Store() = default;

    /// Brings any older schema up, the original's too. May need more privilege than the rest.
    virtual boost::asio::awaitable<Result<SchemaStatus>> migrate() = 0;
    virtual boost::asio::awaitable<Result<SchemaStatus>> inspect() = 0;

    /// The one small row that tells whether anything changed.
    virtual boost::asio::awaitable<Result<std::uint64_t>> version() = 0;
    virtual boost::asio::awaitable<Result<RouteSnapshot>> load_all() = 0;
    virtual boost::asio::awaitable<Result<RouteChanges>> changes_since(Position position) = 0;
    /// Computed in the database.
    virtual boost::asio::awaitable<Result<RangeSums>> sum_ranges(
        Position position, std::vector<ModuleRange> ranges
    ) = 0;
    virtual boost::asio::awaitable<Result<RangeRoutes>> read_range(
        Position position, ModuleRange range
    ) = 0;
    /// Removes a bounded number of log entries older than that, never the newest. Answers how
    /// many; more may be left when it is `kPruneAtOnce`.
    virtual boost::asio::awaitable<Result<std::size_t>> prune_log(std::chrono::seconds age) = 0;
    /// Notes, for every dns, that the table is right as it is.
    virtual boost::asio::awaitable<Result<Confirmation>> confirm() = 0;

    /// Rows of one module, or of all, with their weights; sorted.
    virtual boost::asio::awaitable<Result<std::vector<RouteRow>>> list(
        std::optional<ModuleId> module
    ) = 0;
    /// Adds rows, and gives those that are there already the weights that are said. Of rows that
    /// differ in their weights only, the last counts. All or nothing, as each of these edits is.
    /// `progress` may be called on another thread.
    virtual boost::asio::awaitable<Result<PutCount>> put(
        std::vector<RouteRow> rows, Progress progress = {}
    ) = 0;
    /// Puts rows; answers how many are new.
    boost::asio::awaitable<Result<std::size_t>> add(
        std::vector<RouteRow> rows, Progress progress = {}
    );
    /// Answers how many rows have another weight than before. One that isn't there is an error.
    virtual boost::asio::awaitable<Result<std::size_t>> set_weights(std::vector<RouteRow> rows) = 0;
    /// With an audit entry: the removal is meant. Answers how many rows are gone; that one was
    /// gone already is no error.
    virtual boost::asio::awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows) = 0;

    /// Policies of one module, or of all; sorted.
    virtual boost::asio::awaitable<Result<std::vector<PolicyRow>>> list_policies(
        std::optional<ModuleId> module
    ) = 0;
    /// Answers how many rows it changed; 0: it is the same as before.
    virtual boost::asio::awaitable<Result<std::size_t>> set_policy(
        ModuleId module, RoutePolicy policy
    ) = 0;
    /// The module goes back to the agents' own choice. 0: it had no policy.
    virtual boost::asio::awaitable<Result<std::size_t>> remove_policy(ModuleId module) = 0;

    /// Sets each row, by its first five columns. All or nothing.
    virtual boost::asio::awaitable<Result<void>> write_status(std::vector<StatusRow> rows) = 0;
    virtual boost::asio::awaitable<Result<std::vector<StatusRow>>> read_status(
        std::optional<ModuleId> module
    ) = 0;

    /// Adds what the batches hold to the history, each batch once: one that was added before, by
    /// whomever, changes nothing. All or nothing. Batches of one instance come in the order of
    /// their sequences. Answers of each whether it was added now.
    virtual boost::asio::awaitable<Result<std::vector<bool>>> write_calls(
        std::shared_ptr<const std::vector<CallBatch>> batches
    ) = 0;
    /// Sorted by start, module and endpoint.
    virtual boost::asio::awaitable<Result<std::vector<CallRow>>> read_history(HistoryQuery query
    ) = 0;
    /// Sums up the oldest hour, or day, that has ended and has calls that aren't summed up yet.
    /// False: there is none.
    virtual boost::asio::awaitable<Result<bool>> roll_up(UnixTime now) = 0;
    /// Removes a bounded number of rows that are older than they need be, of each level and of
    /// ServerCallStatus. Answers how many; more may be left when it isn't 0.
    virtual boost::asio::awaitable<Result<std::size_t>> prune_history(
        Retention retention, UnixTime now
    ) = 0;
    /// Whether the duty is the holder's for so long from now, by the database's clock. It goes to
    /// another holder only when it has run out.
    virtual boost::asio::awaitable<Result<bool>> take_lease(
        std::string duty, std::string holder, std::chrono::seconds length
    ) = 0;

    virtual boost::asio::awaitable<Result<AlarmRules>> list_alarm_rules() = 0;
    /// Answers the rule's id, which no other rule ever had.
    virtual boost::asio::awaitable<Result<std::uint32_t>> add_alarm_rule(AlarmRule rule) = 0;
    /// 0: there was none.
    virtual boost::asio::awaitable<Result<std::size_t>> remove_alarm_rule(std::uint32_t id) = 0;
    /// Sorted.
    virtual boost::asio::awaitable<Result<std::vector<AlarmState>>> read_alarm_states() = 0;
    /// All or nothing.
    virtual boost::asio::awaitable<Result<void>> write_alarm_states(AlarmStateChanges changes) = 0;
    /// Of each module in the minutes that are kept.
    virtual boost::asio::awaitable<Result<std::vector<LastCall>>> read_last_calls() = 0;
    /// Of rows that agents have sent since, by their clocks; sorted by module.
    virtual boost::asio::awaitable<Result<std::vector<OverloadCount>>> count_overloads(
        UnixTime since
    ) = 0;
};

struct Options {
    std::chrono::milliseconds timeout{10'000};
    /// For one of several hosts.
    std::chrono::milliseconds connect_timeout{1'000};
};

/// Opens nothing yet: an unreachable database is the first operation's error.
std::unique_ptr<Store> make_store(
    boost::asio::any_io_executor executor, const Url& url, const Options& options = {}
);

}  // namespace lars::store
