#include "store/backends.hpp"
#include "store/sqlite_operations.hpp"

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

class SqliteStore final : public Store {
public:
    SqliteStore(asio::any_io_executor executor, std::string path, const Options& options)
        : executor_(std::move(executor)), path_(std::move(path)), options_(options) {}

    ~SqliteStore() override {
        leaving_ = true;
        worker_.join();
    }

    template <class T>
    using Awaited = asio::awaitable<Result<T>>;

    Awaited<SchemaStatus> migrate() override { return on_worker<SchemaStatus>(sqlite::migrate); }
    Awaited<SchemaStatus> inspect() override { return on_worker<SchemaStatus>(sqlite::inspect); }
    Awaited<std::uint64_t> version() override {
        return on_worker<std::uint64_t>(sqlite::read_version);
    }
    Awaited<RouteSnapshot> load_all() override {
        return on_worker<RouteSnapshot>(sqlite::load_all);
    }
    Awaited<RouteChanges> changes_since(Position position) override {
        return on_worker<RouteChanges>([position](auto& database) {
            return sqlite::read_changes(database, position);
        });
    }
    Awaited<RangeSums> sum_ranges(Position position, std::vector<ModuleRange> ranges) override {
        return on_worker<RangeSums>([position, ranges = std::move(ranges)](auto& database) {
            return sqlite::sum_ranges(database, position, ranges);
        });
    }
    Awaited<RangeRoutes> read_range(Position position, ModuleRange range) override {
        return on_worker<RangeRoutes>([position, range](auto& database) {
            return sqlite::read_range(database, position, range);
        });
    }
    Awaited<std::size_t> prune_log(std::chrono::seconds age) override {
        return on_worker<std::size_t>([age](auto& database) {
            return sqlite::prune_log(database, age);
        });
    }
    Awaited<Confirmation> confirm() override { return on_worker<Confirmation>(sqlite::confirm); }

    Awaited<std::vector<RouteRow>> list(std::optional<ModuleId> module) override {
        return on_worker<std::vector<RouteRow>>([module](auto& database) {
            return sqlite::list(database, module);
        });
    }
    Awaited<PutCount> put(std::vector<RouteRow> rows, Progress progress) override {
        return on_worker<PutCount>([rows = std::move(rows),
                                    progress = std::move(progress)](auto& database) {
            return sqlite::put(database, rows, progress);
        });
    }
    Awaited<std::size_t> set_weights(std::vector<RouteRow> rows) override {
        return on_worker<std::size_t>([rows = std::move(rows)](auto& database) {
            return sqlite::set_weights(database, rows);
        });
    }
    Awaited<std::size_t> remove(std::vector<RouteRow> rows) override {
        return on_worker<std::size_t>([rows = std::move(rows)](auto& database) {
            return sqlite::remove(database, rows);
        });
    }

    Awaited<std::vector<PolicyRow>> list_policies(std::optional<ModuleId> module) override {
        return on_worker<std::vector<PolicyRow>>([module](auto& database) {
            return sqlite::list_policies(database, module);
        });
    }
    Awaited<std::size_t> set_policy(ModuleId module, RoutePolicy policy) override {
        return on_worker<std::size_t>([module, policy = std::move(policy)](auto& database) {
            return sqlite::set_policy(database, module, policy);
        });
    }
    Awaited<std::size_t> remove_policy(ModuleId module) override {
        return on_worker<std::size_t>([module](auto& database) {
            return sqlite::remove_policy(database, module);
        });
    }

    Awaited<void> write_status(std::vector<StatusRow> rows) override {
        return on_worker<void>([rows = std::move(rows)](auto& database) {
            sqlite::write_status(database, rows);
        });
    }
    Awaited<std::vector<StatusRow>> read_status(std::optional<ModuleId> module) override {
        return on_worker<std::vector<StatusRow>>([module](auto& database) {
            return sqlite::read_status(database, module);
        });
    }

    Awaited<std::vector<bool>> write_calls(std::shared_ptr<const std::vector<CallBatch>> batches
    ) override {
        return on_worker<std::vector<bool>>([batches = std::move(batches)](auto& database) {
            return sqlite::write_calls(database, *batches);
        });
    }
    Awaited<std::vector<CallRow>> read_history(HistoryQuery query) override {
        return on_worker<std::vector<CallRow>>([query](auto& database) {
            return sqlite::read_history(database, query);
        });
    }
    Awaited<bool> roll_up(UnixTime now) override {
        return on_worker<bool>([now](auto& database) { return sqlite::roll_up(database, now); });
    }
    Awaited<std::size_t> prune_history(Retention retention, UnixTime now) override {
        return on_worker<std::size_t>([retention, now](auto& database) {
            return sqlite::prune_history(database, retention, now);
        });
    }
    Awaited<bool> take_lease(std::string duty, std::string holder, std::chrono::seconds length)
        override {
        return on_worker<bool>([duty, holder, length](auto& database) {
            return sqlite::take_lease(database, duty, holder, length);
        });
    }

    Awaited<AlarmRules> list_alarm_rules() override {
        return on_worker<AlarmRules>(sqlite::list_alarm_rules);
    }
    Awaited<std::uint32_t> add_alarm_rule(AlarmRule rule) override {
        return on_worker<std::uint32_t>([rule = std::move(rule)](auto& database) {
            return sqlite::add_alarm_rule(database, rule);
        });
    }
    Awaited<std::size_t> remove_alarm_rule(std::uint32_t id) override {
        return on_worker<std::size_t>([id](auto& database) {
            return sqlite::remove_alarm_rule(database, id);
        });
    }
    Awaited<std::vector<AlarmState>> read_alarm_states() override {
        return on_worker<std::vector<AlarmState>>(sqlite::read_alarm_states);
    }
    Awaited<void> write_alarm_states(AlarmStateChanges changes) override {
        return on_worker<void>([changes = std::move(changes)](auto& database) {
            sqlite::write_alarm_states(database, changes);
        });
    }
    Awaited<std::vector<LastCall>> read_last_calls() override {
        return on_worker<std::vector<LastCall>>(sqlite::read_last_calls);
    }
    Awaited<std::vector<OverloadCount>> count_overloads(UnixTime since) override {
        return on_worker<std::vector<OverloadCount>>([since](auto& database) {
            return sqlite::count_overloads(database, since);
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
