#include "store/backends.hpp"
#include "store/mariadb_connection.hpp"
#include "store/schema.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace lars::store {
namespace {

namespace asio = boost::asio;

constexpr const char* kRouteColumns = "SELECT modid, cmdid, serverip, serverport FROM RouteData ";
constexpr const char* kChangedRows =
    "SELECT r.modid, r.cmdid, r.serverip, r.serverport FROM RouteData r JOIN"
    " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c"
    " ON r.modid = c.modid AND r.cmdid = c.cmdid";
// A round trip for each row would hold RouteVersion's lock for seconds in a large import.
constexpr std::size_t kRowsPerStatement = 500;
constexpr int kAttempts = 5;

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
        : connection_(executor, url), options_(options) {}

    Awaited<SchemaStatus> migrate() override { return connected(&MariadbStore::do_migrate); }
    Awaited<SchemaStatus> inspect() override { return connected(&MariadbStore::do_inspect); }
    Awaited<std::uint64_t> version() override { return connected(&MariadbStore::read_version); }
    Awaited<RouteTable> load_all() override { return connected(&MariadbStore::do_load_all); }

    Awaited<RouteChanges> changes_since(std::uint64_t version) override {
        since_ = version;
        return connected(&MariadbStore::do_changes);
    }
    Awaited<std::vector<RouteRow>> list(std::optional<ModuleId> module) override {
        module_ = module;
        return connected(&MariadbStore::do_list);
    }
    Awaited<std::size_t> add(std::vector<RouteRow> rows) override {
        rows_ = std::move(rows);
        return retried(&MariadbStore::do_add);
    }
    Awaited<std::size_t> remove(std::vector<RouteRow> rows) override {
        rows_ = std::move(rows);
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
        connection_.set_deadline(std::chrono::steady_clock::now() + options_.timeout);
        if (!connection_.is_open()) {
            const auto opened = co_await connection_.open();
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

    // MariaDB asks for a retry after a deadlock or a lock wait; nothing of the transaction is left.
    template <class T>
    Awaited<T> retried(Operation<T> operation) {
        for (int attempt = 1;; ++attempt) {
            auto result = co_await connected(operation);
            const bool again = !result && result.error().kind == ErrorKind::conflict;
            if (!again || attempt == kAttempts) co_return result;
        }
    }

    Awaited<Table> in_snapshot(std::string sql) {
        const auto begun = co_await connection_.run("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        if (!begun) co_return begun.error();
        auto result = co_await connection_.query(std::move(sql));
        co_return result;
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
        const std::string sql = "SELECT version FROM RouteVersion WHERE id = 1";
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
        // DDL commits by itself, so a migration is written to be run again, and is when a trigger
        // is missing.
        for (int next = (before->triggers ? before->version : 0) + 1; next <= before->latest;
             ++next) {
            for (const auto& sql : mariadb_migrations()[static_cast<std::size_t>(next) - 1]) {
                done = co_await connection_.run(sql);
                if (!done) co_return done.error();
            }
            const std::string mark = "INSERT IGNORE INTO SchemaVersion(version) VALUES (?)";
            std::vector<std::uint64_t> parameters{static_cast<std::uint64_t>(next)};
            const auto marked = co_await connection_.query(mark, std::move(parameters));
            if (!marked) co_return marked.error();
        }
        auto after = co_await do_inspect();
        co_return after;
    }

    Awaited<RouteTable> do_load_all() {
        const std::string version = "SELECT version FROM RouteVersion WHERE id = 1";
        const auto versions = co_await in_snapshot(version);
        if (!versions) co_return versions.error();
        const auto rows = co_await connection_.query(kRouteColumns);
        if (!rows) co_return rows.error();
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        RouteTable table;
        table.version = versions->rows() == 0 ? 0 : versions->values[0];
        const auto decoded = decode_route_rows(*rows, table.skipped);
        table.routes = group_routes(decoded, table.version);
        co_return table;
    }

    Awaited<RouteChanges> do_changes() {
        const std::string state =
            "SELECT version, (SELECT COALESCE(MIN(version), 0) FROM RouteLog)"
            " FROM RouteVersion WHERE id = 1";
        const auto now = co_await in_snapshot(state);
        if (!now) co_return now.error();
        RouteChanges changes;
        changes.version = now->rows() == 0 ? 0 : now->values[0];
        changes.reload =
            now->rows() == 0 || !log_reaches_back(since_, changes.version, now->values[1]);
        if (!changes.reload) {
            const std::string which =
                "SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?";
            std::vector<std::uint64_t> after{since_};
            const auto modules = co_await connection_.query(which, after);
            if (!modules) co_return modules.error();
            const auto table = co_await connection_.query(kChangedRows, after);
            if (!table) co_return table.error();
            const auto rows = decode_route_rows(*table, changes.skipped);
            changes.routes = routes_of_modules(*modules, rows, changes.version);
        }
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
        co_return changes;
    }

    Awaited<std::vector<RouteRow>> do_list() {
        const auto sql = std::string(kRouteColumns) + module_condition(module_) +
                         "ORDER BY modid, cmdid, serverip, serverport";
        auto parameters = module_parameters(module_);
        const auto table = co_await connection_.query(sql, std::move(parameters));
        if (!table) co_return table.error();
        std::size_t skipped = 0;
        co_return decode_route_rows(*table, skipped);
    }

    Awaited<std::size_t> do_add() {
        auto result = co_await change_rows(insert_missing);
        co_return result;
    }

    Awaited<std::size_t> do_remove() {
        auto result = co_await change_rows(delete_present);
        co_return result;
    }

    Awaited<std::size_t> change_rows(std::string (*statement)(std::size_t rows)) {
        const auto storable = check_storable(rows_);
        if (!storable) co_return storable.error();
        const auto begun = co_await begin_write();
        if (!begun) co_return begun.error();
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
        }
        const auto ended = co_await commit();
        if (!ended) co_return ended.error();
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

    MariadbConnection connection_;
    Options options_;
    // The arguments of the operation under way, which a retry needs again.
    std::uint64_t since_ = 0;
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
