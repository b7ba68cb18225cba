#include "store/mariadb_store.hpp"

#include "store/backends.hpp"
#include "store/route_sql.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace lars::store {
namespace {

namespace asio = boost::asio;

constexpr int kAttempts = 5;
constexpr auto kRetryPause = std::chrono::milliseconds(20);

}  // namespace

MariadbStore::MariadbStore(asio::any_io_executor executor, const Url& url, const Options& options)
    : executor_(executor), connection_(executor, url), options_(options) {}

template <class T>
MariadbStore::Awaited<T> MariadbStore::connected(Operation<T> operation) {
    connection_.set_timeout(options_.timeout);
    if (!connection_.is_open()) {
        const bool alone = connection_.hosts() == 1;
        const auto opened =
            co_await connection_.open(alone ? options_.timeout : options_.connect_timeout);
        if (!opened) co_return opened.error();
    }
    auto result = co_await (this->*operation)();
    if (!result && connection_.is_open()) {
        const std::string rollback = "ROLLBACK";
        const auto rolled_back = co_await connection_.run(rollback);
        if (!rolled_back) connection_.close();
    }
    co_return result;
}

// MariaDB asks for a retry after a deadlock or a lock wait, and Galera after a conflict between
// nodes: nothing of the transaction is left. When the server was lost and there is another, an
// edit that may have been committed is made again all the same: twice is as good as once.
template <class T>
MariadbStore::Awaited<T> MariadbStore::retried(Operation<T> operation) {
    for (int attempt = 1;; ++attempt) {
        auto result = co_await connected(operation);
        if (result || attempt == kAttempts || !retriable(result.error())) co_return result;
        asio::steady_timer pause(executor_, kRetryPause * attempt);
        co_await pause.async_wait(asio::deferred);
    }
}

MariadbStore::Awaited<SchemaStatus> MariadbStore::migrate() {
    return retried(&MariadbStore::do_migrate);
}

MariadbStore::Awaited<SchemaStatus> MariadbStore::inspect() {
    return connected(&MariadbStore::do_inspect);
}

MariadbStore::Awaited<std::uint64_t> MariadbStore::version() {
    return connected(&MariadbStore::read_version);
}

MariadbStore::Awaited<RouteSnapshot> MariadbStore::load_all() {
    return connected(&MariadbStore::do_load_all);
}

MariadbStore::Awaited<RouteChanges> MariadbStore::changes_since(Position position) {
    since_ = position;
    return connected(&MariadbStore::do_changes);
}

MariadbStore::Awaited<RangeSums> MariadbStore::sum_ranges(
    Position position, std::vector<ModuleRange> ranges
) {
    since_ = position;
    ranges_ = std::move(ranges);
    return connected(&MariadbStore::do_sum_ranges);
}

MariadbStore::Awaited<RangeRoutes> MariadbStore::read_range(Position position, ModuleRange range) {
    since_ = position;
    ranges_ = {range};
    return connected(&MariadbStore::do_read_range);
}

MariadbStore::Awaited<std::size_t> MariadbStore::prune_log(std::chrono::seconds age) {
    log_age_ = age;
    return retried(&MariadbStore::do_prune);
}

MariadbStore::Awaited<Confirmation> MariadbStore::confirm() {
    return retried(&MariadbStore::do_confirm);
}

MariadbStore::Awaited<std::vector<RouteRow>> MariadbStore::list(std::optional<ModuleId> module) {
    module_ = module;
    return connected(&MariadbStore::do_list);
}

MariadbStore::Awaited<PutCount> MariadbStore::put(std::vector<RouteRow> rows, Progress progress) {
    rows_ = each_once(rows);
    progress_ = std::move(progress);
    return retried(&MariadbStore::do_put);
}

MariadbStore::Awaited<std::size_t> MariadbStore::set_weights(std::vector<RouteRow> rows) {
    rows_ = each_once(rows);
    return retried(&MariadbStore::do_set_weights);
}

MariadbStore::Awaited<std::size_t> MariadbStore::remove(std::vector<RouteRow> rows) {
    rows_ = std::move(rows);
    return retried(&MariadbStore::do_remove);
}

MariadbStore::Awaited<std::vector<PolicyRow>> MariadbStore::list_policies(
    std::optional<ModuleId> module
) {
    module_ = module;
    return connected(&MariadbStore::do_list_policies);
}

MariadbStore::Awaited<std::size_t> MariadbStore::set_policy(ModuleId module, RoutePolicy policy) {
    module_ = module;
    policy_ = std::move(policy);
    return retried(&MariadbStore::do_set_policy);
}

MariadbStore::Awaited<std::size_t> MariadbStore::remove_policy(ModuleId module) {
    module_ = module;
    return retried(&MariadbStore::do_remove_policy);
}

MariadbStore::Awaited<void> MariadbStore::write_status(std::vector<StatusRow> rows) {
    status_rows_ = std::move(rows);
    return retried(&MariadbStore::do_write_status);
}

MariadbStore::Awaited<std::vector<StatusRow>> MariadbStore::read_status(
    std::optional<ModuleId> module
) {
    module_ = module;
    return connected(&MariadbStore::do_read_status);
}

MariadbStore::Awaited<std::vector<bool>> MariadbStore::write_calls(
    std::shared_ptr<const std::vector<CallBatch>> batches
) {
    calls_ = std::move(batches);
    return retried(&MariadbStore::do_write_calls);
}

MariadbStore::Awaited<std::vector<CallRow>> MariadbStore::read_history(HistoryQuery query) {
    history_query_ = query;
    return connected(&MariadbStore::do_read_history);
}

MariadbStore::Awaited<bool> MariadbStore::roll_up(UnixTime now) {
    now_ = now;
    return retried(&MariadbStore::do_roll_up);
}

MariadbStore::Awaited<std::size_t> MariadbStore::prune_history(Retention retention, UnixTime now) {
    retention_ = retention;
    now_ = now;
    return retried(&MariadbStore::do_prune_history);
}

MariadbStore::Awaited<bool> MariadbStore::take_lease(
    std::string duty, std::string holder, std::chrono::seconds length
) {
    lease_ = {std::move(duty), std::move(holder), length};
    return retried(&MariadbStore::do_take_lease);
}

MariadbStore::Awaited<AlarmRules> MariadbStore::list_alarm_rules() {
    return connected(&MariadbStore::do_list_alarm_rules);
}

// Not made again after a lost connection: two rules would tell everything twice.
MariadbStore::Awaited<std::uint32_t> MariadbStore::add_alarm_rule(AlarmRule rule) {
    alarm_rule_ = std::move(rule);
    return connected(&MariadbStore::do_add_alarm_rule);
}

MariadbStore::Awaited<std::size_t> MariadbStore::remove_alarm_rule(std::uint32_t id) {
    alarm_rule_.id = id;
    return retried(&MariadbStore::do_remove_alarm_rule);
}

MariadbStore::Awaited<std::vector<AlarmState>> MariadbStore::read_alarm_states() {
    return connected(&MariadbStore::do_read_alarm_states);
}

MariadbStore::Awaited<void> MariadbStore::write_alarm_states(AlarmStateChanges changes) {
    alarm_changes_ = std::move(changes);
    return retried(&MariadbStore::do_write_alarm_states);
}

MariadbStore::Awaited<std::vector<LastCall>> MariadbStore::read_last_calls() {
    return connected(&MariadbStore::do_read_last_calls);
}

MariadbStore::Awaited<std::vector<OverloadCount>> MariadbStore::count_overloads(UnixTime since) {
    now_ = since;
    return connected(&MariadbStore::do_count_overloads);
}

bool MariadbStore::retriable(const Error& error) const {
    if (error.kind == ErrorKind::conflict) return true;
    return error.kind == ErrorKind::unavailable && connection_.hosts() > 1;
}

MariadbStore::Awaited<void> MariadbStore::begin_snapshot() {
    return connection_.run("START TRANSACTION WITH CONSISTENT SNAPSHOT");
}

MariadbStore::Awaited<void> MariadbStore::commit() {
    return connection_.run("COMMIT");
}

// Taken first by every writer, so that writers follow one another instead of deadlocking.
MariadbStore::Awaited<void> MariadbStore::begin_write() {
    const auto begun = co_await connection_.run("START TRANSACTION");
    if (!begun) co_return begun.error();
    const std::string lock = "SELECT version FROM RouteVersion WHERE id = 1 FOR UPDATE";
    const auto locked = co_await connection_.query(lock);
    if (!locked) co_return locked.error();
    co_return Result<void>();
}

MariadbStore::Awaited<std::uint64_t> MariadbStore::read_version() {
    const std::string sql = sql::kVersion;
    const auto table = co_await connection_.query(sql);
    if (!table) co_return table.error();
    co_return table->rows() == 0 ? std::uint64_t{0} : table->values[0];
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_prune() {
    const std::string bounds =
        "SELECT COALESCE(MIN(version), 0), COALESCE(MAX(version), 0) FROM RouteLog";
    const auto log = co_await connection_.query(bounds);
    if (!log) co_return log.error();
    const std::string asking =
        std::string("DELETE FROM RouteLog WHERE version BETWEEN ? AND ? AND logged_us < ") +
        sql::kMariadbNow + " - ?";
    const auto oldest = log->values[0];
    const auto newest = log->values[1];
    if (oldest == newest) co_return std::size_t{0};
    const auto last = std::min(oldest + kPruneAtOnce - 1, newest - 1);
    const auto age = std::chrono::microseconds(log_age_).count();
    std::vector<std::uint64_t> parameters{oldest, last, static_cast<std::uint64_t>(age)};
    const auto done = co_await connection_.query(asking, std::move(parameters));
    if (!done) co_return done.error();
    co_return connection_.changed();
}

std::unique_ptr<Store> make_mariadb_store(
    asio::any_io_executor executor, const Url& url, const Options& options
) {
    return std::make_unique<MariadbStore>(std::move(executor), url, options);
}

}  // namespace lars::store
