#include "store/backends.hpp"
#include "store/route_sql.hpp"
#include "store/schema.hpp"
#include "store/sqlite_database.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <functional>

namespace lars::store {
namespace {

namespace asio = boost::asio;
using Transaction = SqliteDatabase::Transaction;

constexpr std::size_t kProgressRows = 500;

std::uint64_t read_version(SqliteDatabase& database) {
    const auto table = database.query(sql::kVersion);
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
    if (before.version == before.latest && before.triggers) return before;
    Transaction transaction(database, Transaction::Kind::write);
    for (int version = read_schema(database).version + 1; version <= before.latest; ++version) {
        for (const auto& sql : sqlite_migrations()[static_cast<std::size_t>(version) - 1]) {
            database.run(sql);
        }
        const std::uint64_t parameter[] = {static_cast<std::uint64_t>(version)};
        database.change("INSERT INTO SchemaVersion(version) VALUES (?)", parameter);
    }
    for (const auto& sql : sqlite_triggers()) database.run(sql);
    transaction.commit();
    return read_schema(database);
}

RouteTable read_all(SqliteDatabase& database) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RouteTable table;
    const std::uint64_t nothing_read[] = {0, 0};
    const auto state = database.query(sql::log_state(sql::kSqliteNow), nothing_read);
    table.position = decode_log_state(state, {}).position;
    const auto rows = database.query(sql::kRoutes);
    table.routes = routes_of_rows(rows, table.position.version, table.skipped);
    table.rows = rows.rows();
    const auto counted = database.query(sql::kCounted);
    if (counted.rows() > 0) table.counted = counted.values[0];
    return table;
}

// Within a snapshot.
RouteChanges read_changes(SqliteDatabase& database, Position since) {
    const std::uint64_t twice[] = {since.version, since.version};
    auto changes = decode_log_state(database.query(sql::log_state(sql::kSqliteNow), twice), since);
    if (changes.reload || changes.position == since) return changes;
    const std::uint64_t after[] = {since.version};
    const auto modules = database.query(sql::kChangedModules, after);
    const auto rows = database.query(
        "SELECT r.modid, r.cmdid, r.serverip, r.serverport FROM"
        " (SELECT DISTINCT modid, cmdid FROM RouteLog WHERE version > ?) c CROSS JOIN RouteData r"
        " ON r.modid = c.modid AND r.cmdid = c.cmdid",
        after
    );
    const auto version = changes.position.version;
    changes.routes = routes_of_modules(modules, rows, version, changes.skipped);
    const auto audited = database.query(sql::kAudited, after);
    changes.audited = audited.values[0];
    changes.confirmed = audited.values[1] > 0;
    return changes;
}

RangeSums read_sums(
    SqliteDatabase& database, Position since, const std::vector<ModuleRange>& ranges
) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RangeSums answer{read_changes(database, since), {}};
    for (const auto& range : ranges) {
        const auto sum = database.query(
            "SELECT COUNT(*), COALESCE(SUM(lars_row_checksum(modid, cmdid, serverip, serverport)),"
            " 0) FROM RouteData " +
                sql::range_condition(range),
            encode_range(range)
        );
        answer.sums.push_back({sum.values[0], sum.values[1]});
    }
    return answer;
}

RangeRoutes read_one_range(SqliteDatabase& database, Position since, const ModuleRange& range) {
    const Transaction snapshot(database, Transaction::Kind::read);
    RangeRoutes answer{read_changes(database, since), {}};
    const auto rows =
        database.query(sql::kRoutes + sql::range_condition(range), encode_range(range));
    auto& changes = answer.changes;
    answer.routes = routes_of_rows(rows, changes.position.version, changes.skipped);
    return answer;
}

std::size_t prune(SqliteDatabase& database, std::chrono::seconds age) {
    const auto microseconds = std::chrono::microseconds(age).count();
    const std::uint64_t parameters[] = {kPruneAtOnce, static_cast<std::uint64_t>(microseconds)};
    const auto sql = std::string(
                         "DELETE FROM RouteLog WHERE version IN"
                         " (SELECT DISTINCT version FROM RouteLog ORDER BY version LIMIT ?)"
                         " AND version < (SELECT MAX(version) FROM RouteLog) AND logged_us < "
                     ) +
                     sql::kSqliteNow + " - ?";
    return database.change(sql, parameters);
}

std::size_t change_rows(
    SqliteDatabase& database,
    const std::vector<RouteRow>& rows,
    const std::string& sql,
    int repeat,
    const Progress& progress
) {
    std::size_t changed = 0;
    std::size_t done = 0;
    for (const auto& row : rows) {
        const auto once = encode_route_row(row);
        std::vector<std::uint64_t> parameters;
        for (int i = 0; i < repeat; ++i)
            parameters.insert(parameters.end(), once.begin(), once.end());
        changed += database.change(sql, parameters);
        if (progress && ++done % kProgressRows == 0) progress(done);
    }
    if (progress) progress(rows.size());
    return changed;
}

void write_audit(SqliteDatabase& database, const std::string& action, std::size_t removed) {
    const std::uint64_t parameter[] = {removed};
    database.change(sql::audit(action, "''"), parameter);
}

std::size_t add_rows(
    SqliteDatabase& database, const std::vector<RouteRow>& rows, const Progress& progress
) {
    Transaction transaction(database, Transaction::Kind::write);
    const auto* sql =
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) SELECT ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM RouteData"
        " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?)";
    const auto added = change_rows(database, rows, sql, 2, progress);
    transaction.commit();
    return added;
}

std::size_t remove_rows(SqliteDatabase& database, const std::vector<RouteRow>& rows) {
    Transaction transaction(database, Transaction::Kind::write);
    const auto* sql =
        "DELETE FROM RouteData"
        " WHERE modid = ? AND cmdid = ? AND serverip = ? AND serverport = ?";
    const auto removed = change_rows(database, rows, sql, 1, {});
    if (removed > 0) write_audit(database, "remove", removed);
    transaction.commit();
    return removed;
}

Confirmation write_confirmation(SqliteDatabase& database) {
    Transaction transaction(database, Transaction::Kind::write);
    database.run(sql::kConfirm);
    write_audit(database, "confirm", 0);
    const auto rows = database.query("SELECT COUNT(*) FROM RouteData");
    const Confirmation done{read_version(database), rows.values[0]};
    transaction.commit();
    return done;
}

std::vector<std::uint64_t> module_parameters(const std::optional<ModuleId>& module) {
    if (!module) return {};
    return {static_cast<std::uint64_t>(module->modid), static_cast<std::uint64_t>(module->cmdid)};
}

const char* module_condition(const std::optional<ModuleId>& module) {
    return module ? "WHERE modid = ? AND cmdid = ? " : "";
}

void refuse_unstorable(const std::vector<RouteRow>& rows) {
    const auto storable = check_storable(rows);
    if (!storable) throw SqliteError(storable.error());
}

class SqliteStore final : public Store {
public:
    SqliteStore(asio::any_io_executor executor, std::string path, const Options& options)
        : executor_(std::move(executor)), path_(std::move(path)), options_(options) {}

    ~SqliteStore() override {
        leaving_ = true;
        worker_.join();
    }

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
    asio::awaitable<Result<RouteChanges>> changes_since(Position position) override {
        return on_worker<RouteChanges>([position](SqliteDatabase& database) {
            const Transaction snapshot(database, Transaction::Kind::read);
            return read_changes(database, position);
        });
    }
    asio::awaitable<Result<RangeSums>> sum_ranges(
        Position position, std::vector<ModuleRange> ranges
    ) override {
        return on_worker<RangeSums>([position, ranges = std::move(ranges)](auto& database) {
            return read_sums(database, position, ranges);
        });
    }
    asio::awaitable<Result<RangeRoutes>> read_range(Position position, ModuleRange range) override {
        return on_worker<RangeRoutes>([position, range](auto& database) {
            return read_one_range(database, position, range);
        });
    }
    asio::awaitable<Result<std::size_t>> prune_log(std::chrono::seconds age) override {
        return on_worker<std::size_t>([age](auto& database) { return prune(database, age); });
    }
    asio::awaitable<Result<Confirmation>> confirm() override {
        return on_worker<Confirmation>(write_confirmation);
    }

    asio::awaitable<Result<std::vector<RouteRow>>> list(std::optional<ModuleId> module) override {
        return on_worker<std::vector<RouteRow>>([module](SqliteDatabase& database) {
            std::size_t skipped = 0;
            const auto sql = std::string(sql::kRoutes) + module_condition(module) +
                             "ORDER BY modid, cmdid, serverip, serverport";
            return decode_route_rows(database.query(sql, module_parameters(module)), skipped);
        });
    }

    asio::awaitable<Result<std::size_t>> add(std::vector<RouteRow> rows, Progress progress)
        override {
        return on_worker<std::size_t>([rows = std::move(rows),
                                       progress = std::move(progress)](auto& database) {
            refuse_unstorable(rows);
            return add_rows(database, rows, progress);
        });
    }

    asio::awaitable<Result<std::size_t>> remove(std::vector<RouteRow> rows) override {
        return on_worker<std::size_t>([rows = std::move(rows)](auto& database) {
            refuse_unstorable(rows);
            return remove_rows(database, rows);
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
    // cancelled, and is handed over on the executor.
    template <class T>
    asio::awaitable<Result<T>> on_worker(std::function<T(SqliteDatabase&)> job) {
        const auto pending = std::make_shared<Pending<T>>(executor_);
        auto work = [this, pending, job = std::move(job)] {
            auto hand_over = [pending, result = attempt<T>(job)]() mutable {
                pending->result.emplace(std::move(result));
                pending->done.cancel();
            };
            asio::post(pending->done.get_executor(), std::move(hand_over));
        };
        asio::post(worker_, std::move(work));
        if (!pending->result) co_await pending->done.async_wait(asio::as_tuple(asio::deferred));
        if (!pending->result) co_return Error{ErrorKind::unavailable, "cancelled"};
        co_return std::move(*pending->result);
    }

    template <class T>
    Result<T> attempt(const std::function<T(SqliteDatabase&)>& job) {
        try {
            if (!database_) database_.emplace(path_, options_.timeout, leaving_);
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
    std::atomic<bool> leaving_{false};
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
