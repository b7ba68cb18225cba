#include "store/backends.hpp"
#include "store/schema.hpp"
#include "store/sqlite_database.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>

namespace lars::store {
namespace {

namespace asio = boost::asio;
using Transaction = SqliteDatabase::Transaction;

constexpr const char* kRouteColumns = "SELECT modid, cmdid, serverip, serverport FROM RouteData ";

std::uint64_t read_version(SqliteDatabase& database) {
    const auto table = database.query("SELECT version FROM RouteVersion WHERE id = 1");
    return table.rows() == 0 ? 0 : table.values[0];
}

SchemaStatus read_schema(SqliteDatabase& database) {
    SchemaStatus status;
    status.latest = static_cast<int>(sqlite_migrations().size());
    const auto exists =
        database.query("SELECT COUNT(*) FROM sqlite_master WHERE name = 'SchemaVersion'");
    if (exists.values[0] > 0) {
        const auto version = database.query("SELECT COALESCE(MAX(version), 0) FROM SchemaVersion");
        status.version = static_cast<int>(version.values[0]);
    }
    const auto triggers = database.query(
        std::string("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (") +
        kTriggerNames + ")"
    );
    status.triggers = triggers.values[0] == kTriggerCount;
    return status;
}

SchemaStatus migrate_schema(SqliteDatabase& database) {
    database.run("CREATE TABLE IF NOT EXISTS SchemaVersion(version INTEGER PRIMARY KEY)");
    const auto before = read_schema(database);
    if (before.version > before.latest) {
        throw SqliteError({ErrorKind::schema, "the schema is newer than this program: update it"});
    }
    // The last migration is run again when a trigger is missing: each one may be.
    const auto done = before.triggers ? before.version : 0;
    for (int version = done + 1; version <= before.latest; ++version) {
        Transaction transaction(database, Transaction::Kind::write);
        for (const auto& sql : sqlite_migrations()[static_cast<std::size_t>(version) - 1]) {
            database.run(sql);
        }
        const std::uint64_t parameter[] = {static_cast<std::uint64_t>(version)};
        database.change("INSERT OR IGNORE INTO SchemaVersion(version) VALUES (?)", parameter);
        transaction.commit();
    }
    return read_schema(database);
}

RouteTable read_all(SqliteDatabase& database) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RouteTable table;
    table.version = read_version(database);
    const auto rows = decode_route_rows(database.query(kRouteColumns), table.skipped);
    table.routes = group_routes(rows, table.version);
    return table;
}

RouteChanges read_changes(SqliteDatabase& database, std::uint64_t since) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RouteChanges changes;
    changes.version = read_version(database);
    const auto oldest = database.query("SELECT COALESCE(MIN(version), 0) FROM RouteLog");
    changes.reload = !log_reaches_back(since, changes.version, oldest.values[0]);
    if (changes.reload) return changes;
    const std::uint64_t after[] = {since};
    const auto modules =
        database.query("SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?", after);
    const auto table = database.query(
        "SELECT r.modid, r.cmdid, r.serverip, r.serverport FROM"
        " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c CROSS JOIN RouteData r"
        " ON r.modid = c.modid AND r.cmdid = c.cmdid",
        after
    );
    const auto rows = decode_route_rows(table, changes.skipped);
    changes.routes = routes_of_modules(modules, rows, changes.version);
    return changes;
}

std::size_t change_rows(
    SqliteDatabase& database, const std::vector<RouteRow>& rows, const std::string& sql, int repeat
) {
    const auto storable = check_storable(rows);
    if (!storable) throw SqliteError(storable.error());
    Transaction transaction(database, Transaction::Kind::write);
    std::size_t changed = 0;
    for (const auto& row : rows) {
        const auto once = encode_route_row(row);
        std::vector<std::uint64_t> parameters;
        for (int i = 0; i < repeat; ++i)
            parameters.insert(parameters.end(), once.begin(), once.end());
        changed += database.change(sql, parameters);
    }
    transaction.commit();
    return changed;
}

std::vector<std::uint64_t> module_parameters(const std::optional<ModuleId>& module) {
    if (!module) return {};
    return {static_cast<std::uint64_t>(module->modid), static_cast<std::uint64_t>(module->cmdid)};
}

const char* module_condition(const std::optional<ModuleId>& module) {
    return module ? "WHERE modid = ? AND cmdid = ? " : "";
}

class SqliteStore final : public Store {
public:
    SqliteStore(asio::any_io_executor executor, std::string path, const Options& options)
        : executor_(std::move(executor)), path_(std::move(path)), options_(options) {}

    ~SqliteStore() override { worker_.join(); }

    asio::awaitable<Result<SchemaStatus>> migrate() override {
        return on_worker<SchemaStatus>(migrate_schema);
    }
    asio::awaitable<Result<SchemaStatus>> inspect() override {
        return on_worker<SchemaStatus>(read_schema);
    }
    asio::awaitable<Result<std::uint64_t>> version() override {
        return on_worker<std::uint64_t>(read_version);
    }
    asio::awaitable<Result<RouteTable>> load_all() override {
        return on_worker<RouteTable>(read_all);
    }
    asio::awaitable<Result<RouteChanges>> changes_since(std::uint64_t version) override {
        return on_worker<RouteChanges>([version](SqliteDatabase& database) {
            return read_changes(database, version);
        });
    }

    asio::awaitable<Result<std::vector<RouteRow>>> list(std::optional<ModuleId> module) override {
        return on_worker<std::vector<RouteRow>>([module](SqliteDatabase& database) {
            std::size_t skipped = 0;
            const auto sql = std::string(kRouteColumns) + module_condition(module) +
                             "ORDER BY modid, cmdid, serverip, serverport";
            return decode_route_rows(database.query(sql, module_parameters(module)), skipped);
        });
    }

    asio::awaitable<Result<std::size_t>> add(std::vector<RouteRow> rows) override {
        return on_worker<std::size_t>([rows = std::move(rows)](SqliteDatabase& database) {
            const auto* sql =
                "INSERT INTO RouteData(modid, cmdid, serverip, serverport) SELECT ?, ?, ?, ?"
                " WHERE NOT EXISTS (SELECT 1 FROM RouteData"
                " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?)";
            return change_rows(database, rows, sql, 2);
        });
    }

    asio::awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows) override {
        return on_worker<std::size_t>([rows = std::move(rows)](SqliteDatabase& database) {
            const auto* sql =
                "DELETE FROM RouteData"
                " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?";
            return change_rows(database, rows, sql, 1);
        });
    }

    asio::awaitable<Result<void>> write_status(std::vector<StatusRow> rows) override {
        return on_worker<void>([rows = std::move(rows)](SqliteDatabase& database) {
            Transaction transaction(database, Transaction::Kind::write);
            for (const auto& row : rows) {
                database.change(
                    "INSERT INTO ServerCallStatus"
                    "(modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT(modid, cmdid, ip, port, caller) DO UPDATE SET"
                    " succ_cnt = excluded.succ_cnt, err_cnt = excluded.err_cnt, ts = excluded.ts,"
                    " overload = excluded.overload",
                    encode_status_row(row)
                );
            }
            transaction.commit();
        });
    }

    asio::awaitable<Result<std::vector<StatusRow>>> read_status(std::optional<ModuleId> module
    ) override {
        return on_worker<std::vector<StatusRow>>([module](SqliteDatabase& database) {
            const auto sql =
                std::string(
                    "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload"
                    " FROM ServerCallStatus "
                ) +
                module_condition(module) + "ORDER BY modid, cmdid, ip, port, caller";
            return decode_status_rows(database.query(sql, module_parameters(module)));
        });
    }

private:
    template <class T>
    struct Pending {
        explicit Pending(const asio::any_io_executor& executor)
            : done(executor, asio::steady_timer::time_point::max()) {}
        asio::steady_timer done;
        std::optional<Result<T>> result;
    };

    // SQLite blocks, so it has a thread of its own. The answer outlives a caller that was
    // cancelled.
    template <class T>
    asio::awaitable<Result<T>> on_worker(std::function<T(SqliteDatabase&)> job) {
        const auto pending = std::make_shared<Pending<T>>(executor_);
        auto work = [this, pending, job = std::move(job)] {
            pending->result.emplace(attempt<T>(job));
            asio::post(pending->done.get_executor(), [pending] { pending->done.cancel(); });
        };
        asio::post(worker_, std::move(work));
        co_await pending->done.async_wait(asio::as_tuple(asio::deferred));
        if (!pending->result) co_return Error{ErrorKind::unavailable, "cancelled"};
        co_return std::move(*pending->result);
    }

    template <class T>
    Result<T> attempt(const std::function<T(SqliteDatabase&)>& job) {
        try {
            if (!database_) database_.emplace(path_, options_.timeout);
            if constexpr (std::is_void_v<T>) {
                job(*database_);
                return {};
            } else {
                return job(*database_);
            }
        } catch (const SqliteError& error) {
            if (error.error().kind == ErrorKind::unavailable) database_.reset();
            return error.error();
        } catch (const std::exception& error) {
            return Error{ErrorKind::internal, error.what()};
        }
    }

    asio::any_io_executor executor_;
    std::string path_;
    Options options_;
    std::optional<SqliteDatabase> database_;  // touched by the worker only
    asio::thread_pool worker_{1};
};

}  // namespace

std::unique_ptr<Store> make_sqlite_store(
    asio::any_io_executor executor, const Url& url, const Options& options
) {
    return std::make_unique<SqliteStore>(std::move(executor), url.path, options);
}

}  // namespace lars::store
