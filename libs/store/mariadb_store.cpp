#include "store/backends.hpp"
#include "store/mariadb_connection.hpp"
#include "store/route_sql.hpp"
#include "store/schema.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace lars::store {
namespace {

namespace asio = boost::asio;

constexpr const char* kChangedRows =
    "SELECT r.modid, r.cmdid, r.serverip, r.serverport FROM RouteData r JOIN"
    " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c"
    " ON r.modid = c.modid AND r.cmdid = c.cmdid";
// A round trip for each row would hold RouteVersion's lock for seconds in a large import.
constexpr std::size_t kRowsPerStatement = 500;
constexpr int kAttempts = 5;
constexpr auto kRetryPause = std::chrono::milliseconds(20);
// Altering a large table is one statement that may take long.
constexpr auto kMigrationPatience = std::chrono::hours(1);

std::string repeat(const std::string& text, std::size_t count) {
    std::string all = text;
    for (std::size_t i = 1; i < count; ++i) all += ", " + text;
    return all;
}

// A derived table of that many rows of parameters, each row once.
std::string given_rows(std::size_t count) {
    std::string sql = "(SELECT ? AS modid, ? AS cmdid, ? AS serverip, ? AS serverport";
    for (std::size_t i = 1; i < count; ++i) sql += " UNION SELECT ?, ?, ?, ?";
    return sql + ") g";
}

constexpr const char* kSameRow =
    " r.modid = g.modid AND r.cmdid = g.cmdid"
    " AND r.serverip = g.serverip AND r.serverport = g.serverport";

std::string insert_missing(std::size_t count) {
    return "INSERT INTO RouteData(modid, cmdid, serverip, serverport)"
           " SELECT g.modid, g.cmdid, g.serverip, g.serverport FROM " +
           given_rows(count) + " WHERE NOT EXISTS (SELECT 1 FROM RouteData r WHERE" + kSameRow +
           ")";
}

std::string delete_present(std::size_t count) {
    return "DELETE r FROM RouteData r JOIN " + given_rows(count) + " ON" + kSameRow;
}

std::vector<std::uint64_t> module_parameters(const std::optional<ModuleId>& module) {
    if (!module) return {};
    return {static_cast<std::uint64_t>(module->modid), static_cast<std::uint64_t>(module->cmdid)};
}

const char* module_condition(const std::optional<ModuleId>& module) {
    return module ? "WHERE modid = ? AND cmdid = ? " : "";
}

class MariadbStore final : public Store {
public:
    template <class T>
    using Awaited = asio::awaitable<Result<T>>;

    MariadbStore(asio::any_io_executor executor, const Url& url, const Options& options)
        : executor_(executor), connection_(executor, url), options_(options) {}

    Awaited<SchemaStatus> migrate() override { return retried(&MariadbStore::do_migrate); }
    Awaited<SchemaStatus> inspect() override { return connected(&MariadbStore::do_inspect); }
    Awaited<std::uint64_t> version() override { return connected(&MariadbStore::read_version); }
    Awaited<RouteTable> load_all() override { return connected(&MariadbStore::do_load_all); }

    Awaited<RouteChanges> changes_since(Position position) override {
        since_ = position;
        return connected(&MariadbStore::do_changes);
    }
    Awaited<RangeSums> sum_ranges(Position position, std::vector<ModuleRange> ranges) override {
        since_ = position;
        ranges_ = std::move(ranges);
        return connected(&MariadbStore::do_sum_ranges);
    }
    Awaited<RangeRoutes> read_range(Position position, ModuleRange range) override {
        since_ = position;
        ranges_ = {range};
        return connected(&MariadbStore::do_read_range);
    }
    Awaited<std::size_t> prune_log(std::chrono::seconds age) override {
        log_age_ = age;
        return retried(&MariadbStore::do_prune);
    }
    Awaited<Confirmation> confirm() override { return retried(&MariadbStore::do_confirm); }
    Awaited<std::vector<RouteRow>> list(std::optional<ModuleId> module) override {
        module_ = module;
        return connected(&MariadbStore::do_list);
    }
    Awaited<std::size_t> add(std::vector<RouteRow> rows, Progress progress) override {
        rows_ = std::move(rows);
        progress_ = std::move(progress);
        return retried(&MariadbStore::do_add);
    }
    Awaited<std::size_t> remove(std::vector<RouteRow> rows) override {
        rows_ = std::move(rows);
        progress_ = {};
        return retried(&MariadbStore::do_remove);
    }
    Awaited<void> write_status(std::vector<StatusRow> rows) override {
        status_rows_ = std::move(rows);
        return retried(&MariadbStore::do_write_status);
    }
    Awaited<std::vector<StatusRow>> read_status(std::optional<ModuleId> module) override {
        module_ = module;
        return connected(&MariadbStore::do_read_status);
    }

private:
    template <class T>
    using Operation = Awaited<T> (MariadbStore::*)();

    template <class T>
    Awaited<T> connected(Operation<T> operation) {
        connection_.set_patience(options_.timeout);
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
    Awaited<T> retried(Operation<T> operation) {
        for (int attempt = 1;; ++attempt) {
            auto result = co_await connected(operation);
            if (result || attempt == kAttempts || !retriable(result.error())) co_return result;
            asio::steady_timer pause(executor_, kRetryPause * attempt);
            co_await pause.async_wait(asio::deferred);
        }
    }

    bool retriable(const Error& error) const {
        if (error.kind == ErrorKind::conflict) return true;
        return error.kind == ErrorKind::unavailable && connection_.hosts() > 1;
    }

    Awaited<void> begin_snapshot() {
        return connection_.run("START TRANSACTION WITH CONSISTENT SNAPSHOT");
    }

    Awaited<void> commit() { return connection_.run("COMMIT"); }

    // Taken first by every writer, so that writers follow one another instead of deadlocking.
    Awaited<void> begin_write() {
        const auto begun = co_await connection_.run("START TRANSACTION");
        if (!begun) co_return begun.error();
        const std::string lock = "SELECT version FROM RouteVersion WHERE id = 1 FOR UPDATE";
        const auto locked = co_await connection_.query(lock);
        if (!locked) co_return locked.error();
        co_return Result<void>();
    }

    Awaited<std::uint64_t> read_version() {
        const std::string sql = sql::kVersion;
        const auto table = co_await connection_.query(sql);
        if (!table) co_return table.error();
        co_return table->rows() == 0 ? std::uint64_t{0} : table->values[0];
    }

    Awaited<SchemaStatus> do_inspect() {
        SchemaStatus status;
        status.latest = static_cast<int>(mariadb_migrations().size());
        const std::string exists =
            "SELECT COUNT(*) FROM information_schema.tables"
            " WHERE table_schema = DATABASE() AND table_name = 'SchemaVersion'";
        auto table = co_await connection_.query(exists);
        if (!table) co_return table.error();
        if (table->values[0] > 0) {
            const std::string version = "SELECT COALESCE(MAX(version), 0) FROM SchemaVersion";
            table = co_await connection_.query(version);
            if (!table) co_return table.error();
            status.version = static_cast<int>(table->values[0]);
        }
        const auto triggers = std::string(
                                  "SELECT COUNT(*) FROM information_schema.triggers"
                                  " WHERE trigger_schema = DATABASE()"
                                  " AND trigger_name IN ("
                              ) +
                              kTriggerNames + ")";
        table = co_await connection_.query(triggers);
        if (!table) co_return table.error();
        status.triggers = table->values[0] == kTriggerCount;
        co_return status;
    }

    Awaited<SchemaStatus> do_migrate() {
        const std::string create =
            "CREATE TABLE IF NOT EXISTS SchemaVersion(version INT NOT NULL PRIMARY KEY)"
            " ENGINE=InnoDB";
        auto done = co_await connection_.run(create);
        if (!done) co_return done.error();
        const auto before = co_await do_inspect();
        if (!before) co_return before.error();
        if (before->version > before->latest) {
            co_return Error{ErrorKind::schema, "the schema is newer than this program: update it"};
        }
        if (before->version == before->latest && before->triggers) co_return before;
        connection_.set_patience(kMigrationPatience);
        // DDL commits by itself, so a migration is written to be run again.
        for (int next = before->version + 1; next <= before->latest; ++next) {
            for (const auto& sql : mariadb_migrations()[static_cast<std::size_t>(next) - 1]) {
                done = co_await connection_.run(sql);
                if (!done) co_return done.error();
            }
            const std::string mark = "INSERT IGNORE INTO SchemaVersion(version) VALUES (?)";
            std::vector<std::uint64_t> parameters{static_cast<std::uint64_t>(next)};
            const auto marked = co_await connection_.query(mark, std::move(parameters));
            if (!marked) co_return marked.error();
        }
        for (const auto& sql : mariadb_triggers()) {
            done = co_await connection_.run(sql);
            if (!done) co_return done.error();
        }
        auto after = co_await do_inspect();
        co_return after;
    }

    Awaited<RouteTable> do_load_all() {
        const auto begun = co_await begin_snapshot();
        if (!begun) co_return begun.error();
        const auto asking = sql::log_state(sql::kMariadbNow);
        std::vector<std::uint64_t> nothing_read{0, 0};
        const auto state = co_await connection_.query(asking, std::move(nothing_read));
        if (!state) co_return state.error();
        const auto rows = co_await connection_.query(sql::kRoutes);
        if (!rows) co_return rows.error();
        const auto counted = co_await connection_.query(sql::kCounted);
        if (!counted) co_return counted.error();
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        RouteTable table;
        table.position = decode_log_state(*state, {}).position;
        table.routes = routes_of_rows(*rows, table.position.version, table.skipped);
        table.rows = rows->rows();
        if (counted->rows() > 0) table.counted = counted->values[0];
        co_return table;
    }

    Awaited<RouteChanges> do_changes() {
        const auto begun = co_await begin_snapshot();
        if (!begun) co_return begun.error();
        auto changes = co_await changes_in_snapshot();
        if (!changes) co_return changes;
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return changes;
    }

    Awaited<RouteChanges> changes_in_snapshot() {
        const auto asking = sql::log_state(sql::kMariadbNow);
        std::vector<std::uint64_t> twice{since_.version, since_.version};
        const auto state = co_await connection_.query(asking, std::move(twice));
        if (!state) co_return state.error();
        auto changes = decode_log_state(*state, since_);
        if (changes.reload || changes.position == since_) co_return changes;
        std::vector<std::uint64_t> after{since_.version};
        const auto modules = co_await connection_.query(sql::kChangedModules, after);
        if (!modules) co_return modules.error();
        const auto rows = co_await connection_.query(kChangedRows, after);
        if (!rows) co_return rows.error();
        const auto audited = co_await connection_.query(sql::kAudited, after);
        if (!audited) co_return audited.error();
        const auto version = changes.position.version;
        changes.routes = routes_of_modules(*modules, *rows, version, changes.skipped);
        changes.audited = audited->values[0];
        changes.confirmed = audited->values[1] > 0;
        co_return changes;
    }

    Awaited<RangeSums> do_sum_ranges() {
        const auto begun = co_await begin_snapshot();
        if (!begun) co_return begun.error();
        auto changes = co_await changes_in_snapshot();
        if (!changes) co_return changes.error();
        RangeSums answer;
        answer.changes = std::move(*changes);
        for (const auto& range : ranges_) {
            const auto asking =
                "SELECT COUNT(*), COALESCE(SUM(CRC32(CONCAT_WS(',', modid, cmdid, serverip,"
                " serverport))), 0) FROM RouteData " +
                sql::range_condition(range);
            const auto sum = co_await connection_.query(asking, encode_range(range));
            if (!sum) co_return sum.error();
            answer.sums.push_back({sum->values[0], sum->values[1]});
        }
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return answer;
    }

    Awaited<RangeRoutes> do_read_range() {
        const auto begun = co_await begin_snapshot();
        if (!begun) co_return begun.error();
        auto changes = co_await changes_in_snapshot();
        if (!changes) co_return changes.error();
        const auto asking = sql::kRoutes + sql::range_condition(ranges_[0]);
        const auto rows = co_await connection_.query(asking, encode_range(ranges_[0]));
        if (!rows) co_return rows.error();
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        RangeRoutes answer;
        answer.changes = std::move(*changes);
        auto& skipped = answer.changes.skipped;
        answer.routes = routes_of_rows(*rows, answer.changes.position.version, skipped);
        co_return answer;
    }

    Awaited<std::size_t> do_prune() {
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

    Awaited<Confirmation> do_confirm() {
        const auto begun = co_await begin_write();
        if (!begun) co_return begun.error();
        const auto raised = co_await connection_.query(sql::kConfirm);
        if (!raised) co_return raised.error();
        const auto noted = co_await write_audit("confirm", 0);
        if (!noted) co_return noted.error();
        const std::string asking =
            "SELECT version, (SELECT COUNT(*) FROM RouteData)"
            " FROM RouteVersion WHERE id = 1";
        const auto now = co_await connection_.query(asking);
        if (!now) co_return now.error();
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return Confirmation{now->values[0], now->values[1]};
    }

    Awaited<void> write_audit(std::string action, std::uint64_t removed) {
        const auto asking = sql::audit(action, "CURRENT_USER()");
        std::vector<std::uint64_t> parameter{removed};
        const auto done = co_await connection_.query(asking, std::move(parameter));
        if (!done) co_return done.error();
        co_return Result<void>();
    }

    Awaited<std::vector<RouteRow>> do_list() {
        const auto sql = std::string(sql::kRoutes) + module_condition(module_) +
                         "ORDER BY modid, cmdid, serverip, serverport";
        auto parameters = module_parameters(module_);
        const auto table = co_await connection_.query(sql, std::move(parameters));
        if (!table) co_return table.error();
        std::size_t skipped = 0;
        co_return decode_route_rows(*table, skipped);
    }

    Awaited<std::size_t> do_add() {
        const auto begun = co_await begin_edit();
        if (!begun) co_return begun.error();
        const auto added = co_await change_rows(insert_missing);
        if (!added) co_return added;
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return added;
    }

    Awaited<std::size_t> do_remove() {
        const auto begun = co_await begin_edit();
        if (!begun) co_return begun.error();
        const auto removed = co_await change_rows(delete_present);
        if (!removed) co_return removed;
        if (*removed > 0) {
            const auto noted = co_await write_audit("remove", *removed);
            if (!noted) co_return noted.error();
        }
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return removed;
    }

    Awaited<void> begin_edit() {
        const auto storable = check_storable(rows_);
        if (!storable) co_return storable.error();
        co_return co_await begin_write();
    }

    Awaited<std::size_t> change_rows(std::string (*statement)(std::size_t rows)) {
        std::size_t changed = 0;
        for (std::size_t first = 0; first < rows_.size(); first += kRowsPerStatement) {
            const auto count = std::min(kRowsPerStatement, rows_.size() - first);
            std::vector<std::uint64_t> parameters;
            for (std::size_t i = first; i < first + count; ++i) {
                const auto values = encode_route_row(rows_[i]);
                parameters.insert(parameters.end(), values.begin(), values.end());
            }
            auto sql = statement(count);
            const auto done = co_await connection_.query(std::move(sql), std::move(parameters));
            if (!done) co_return done.error();
            changed += connection_.changed();
            if (progress_) progress_(first + count);
        }
        co_return changed;
    }

    Awaited<void> do_write_status() {
        const auto begun = co_await connection_.run("START TRANSACTION");
        if (!begun) co_return begun.error();
        for (std::size_t first = 0; first < status_rows_.size(); first += kRowsPerStatement) {
            const auto count = std::min(kRowsPerStatement, status_rows_.size() - first);
            std::vector<std::uint64_t> parameters;
            for (std::size_t i = first; i < first + count; ++i) {
                const auto values = encode_status_row(status_rows_[i]);
                parameters.insert(parameters.end(), values.begin(), values.end());
            }
            const auto sql =
                "INSERT INTO ServerCallStatus"
                "(modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload) VALUES " +
                repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?)", count) +
                " ON DUPLICATE KEY UPDATE succ_cnt = VALUES(succ_cnt), err_cnt = VALUES(err_cnt),"
                " ts = VALUES(ts), overload = VALUES(overload)";
            const auto done = co_await connection_.query(sql, std::move(parameters));
            if (!done) co_return done.error();
        }
        co_return co_await commit();
    }

    Awaited<std::vector<StatusRow>> do_read_status() {
        const auto sql = std::string(
                             "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts,"
                             " CAST(overload AS UNSIGNED) FROM ServerCallStatus "
                         ) +
                         module_condition(module_) + "ORDER BY modid, cmdid, ip, port, caller";
        auto parameters = module_parameters(module_);
        const auto table = co_await connection_.query(sql, std::move(parameters));
        if (!table) co_return table.error();
        co_return decode_status_rows(*table);
    }

    asio::any_io_executor executor_;
    MariadbConnection connection_;
    Options options_;
    // The arguments of the operation under way, which a retry needs again.
    Position since_;
    std::vector<ModuleRange> ranges_;
    std::chrono::seconds log_age_{0};
    Progress progress_;
    std::optional<ModuleId> module_;
    std::vector<RouteRow> rows_;
    std::vector<StatusRow> status_rows_;
};

}  // namespace

std::unique_ptr<Store> make_mariadb_store(
    asio::any_io_executor executor, const Url& url, const Options& options
) {
    return std::make_unique<MariadbStore>(std::move(executor), url, options);
}

}  // namespace lars::store
