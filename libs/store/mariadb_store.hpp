#pragma once

#include "store/mariadb_connection.hpp"
#include "store/store.hpp"

namespace lars::store {

/// A store on a MariaDB server, or on one of several that hold the same.
class MariadbStore final : public Store {
public:
    template <class T>
    using Awaited = boost::asio::awaitable<Result<T>>;

    MariadbStore(boost::asio::any_io_executor executor, const Url& url, const Options& options);

    Awaited<SchemaStatus> migrate() override;
    Awaited<SchemaStatus> inspect() override;

    Awaited<std::uint64_t> version() override;
    Awaited<RouteSnapshot> load_all() override;
    Awaited<RouteChanges> changes_since(Position position) override;
    Awaited<RangeSums> sum_ranges(Position position, std::vector<ModuleRange> ranges) override;
    Awaited<RangeRoutes> read_range(Position position, ModuleRange range) override;
    Awaited<std::size_t> prune_log(std::chrono::seconds age) override;
    Awaited<Confirmation> confirm() override;

    Awaited<std::vector<RouteRow>> list(std::optional<ModuleId> module) override;
    Awaited<PutCount> put(std::vector<RouteRow> rows, Progress progress) override;
    Awaited<std::size_t> set_weights(std::vector<RouteRow> rows) override;
    Awaited<std::size_t> remove(std::vector<RouteRow> rows) override;

    Awaited<std::vector<PolicyRow>> list_policies(std::optional<ModuleId> module) override;
    Awaited<std::size_t> set_policy(ModuleId module, RoutePolicy policy) override;
    Awaited<std::size_t> remove_policy(ModuleId module) override;

    Awaited<void> write_status(std::vector<StatusRow> rows) override;
    Awaited<std::vector<StatusRow>> read_status(std::optional<ModuleId> module) override;

    Awaited<std::vector<bool>> write_calls(std::shared_ptr<const std::vector<CallBatch>> batches
    ) override;
    Awaited<std::vector<CallRow>> read_history(HistoryQuery query) override;
    Awaited<bool> roll_up(UnixTime now) override;
    Awaited<std::size_t> prune_history(Retention retention, UnixTime now) override;
    Awaited<bool> take_lease(std::string duty, std::string holder, std::chrono::seconds length)
        override;

    Awaited<AlarmRules> list_alarm_rules() override;
    Awaited<std::uint32_t> add_alarm_rule(AlarmRule rule) override;
    Awaited<std::size_t> remove_alarm_rule(std::uint32_t id) override;
    Awaited<std::vector<AlarmState>> read_alarm_states() override;
    Awaited<void> write_alarm_states(AlarmStateChanges changes) override;
    Awaited<std::vector<LastCall>> read_last_calls() override;
    Awaited<std::vector<OverloadCount>> count_overloads(UnixTime since) override;

private:
    // A round trip for each row would hold RouteVersion's lock for seconds in a large import.
    static constexpr std::size_t kRowsPerStatement = 500;

    template <class T>
    using Operation = Awaited<T> (MariadbStore::*)();
    template <class T>
    Awaited<T> connected(Operation<T> operation);
    template <class T>
    Awaited<T> retried(Operation<T> operation);
    bool retriable(const Error& error) const;

    Awaited<void> begin_snapshot();
    Awaited<void> begin_write();
    Awaited<void> commit();

    Awaited<SchemaStatus> do_inspect();
    Awaited<SchemaStatus> do_migrate();

    Awaited<std::uint64_t> read_version();
    Awaited<RouteSnapshot> do_load_all();
    Awaited<RouteChanges> do_changes();
    Awaited<RouteChanges> changes_in_snapshot();
    Awaited<RangeSums> do_sum_ranges();
    Awaited<RangeRoutes> do_read_range();
    Awaited<std::size_t> do_prune();

    Awaited<std::vector<RouteRow>> do_list();
    Awaited<PutCount> do_put();
    Awaited<std::size_t> do_set_weights();
    Awaited<std::size_t> do_remove();
    Awaited<void> begin_edit();
    Awaited<std::size_t> change_rows(
        std::string (*statement)(std::size_t rows),
        std::vector<RouteRow> rows,
        Progress progress = Progress()
    );
    Awaited<std::vector<RouteRow>> missing_rows();
    Awaited<std::vector<PolicyRow>> do_list_policies();
    Awaited<std::size_t> do_set_policy();
    Awaited<std::size_t> do_remove_policy();
    Awaited<std::size_t> change_policy(
        std::string sql, std::vector<std::string> texts, std::string action
    );
    Awaited<Confirmation> do_confirm();
    Awaited<void> write_audit(std::string action, std::uint64_t removed);

    Awaited<void> do_write_status();
    Awaited<std::vector<StatusRow>> do_read_status();

    Awaited<std::vector<bool>> do_write_calls();
    Awaited<void> begin_calls();
    Awaited<std::vector<bool>> advance_instances();
    Awaited<void> note_due(std::vector<UnixTime> starts, HistoryLevel level);
    Awaited<std::vector<CallRow>> do_read_history();
    Awaited<bool> do_roll_up();
    Awaited<std::size_t> do_prune_history();
    Awaited<bool> do_take_lease();

    Awaited<AlarmRules> do_list_alarm_rules();
    Awaited<std::uint32_t> do_add_alarm_rule();
    Awaited<std::size_t> do_remove_alarm_rule();
    Awaited<std::vector<AlarmState>> do_read_alarm_states();
    Awaited<void> do_write_alarm_states();
    Awaited<std::vector<LastCall>> do_read_last_calls();
    Awaited<std::vector<OverloadCount>> do_count_overloads();

    boost::asio::any_io_executor executor_;
    MariadbConnection connection_;
    Options options_;
    // The arguments of the operation under way, which a retry needs again.
    Position since_;
    std::vector<ModuleRange> ranges_;
    std::chrono::seconds log_age_{0};
    Progress progress_;
    std::optional<ModuleId> module_;
    std::vector<RouteRow> rows_;
    RoutePolicy policy_;
    std::vector<StatusRow> status_rows_;
    std::shared_ptr<const std::vector<CallBatch>> calls_;
    HistoryQuery history_query_;
    Retention retention_;
    UnixTime now_{};
    struct {
        std::string duty;
        std::string holder;
        std::chrono::seconds length{};
    } lease_;
    AlarmRule alarm_rule_;
    AlarmStateChanges alarm_changes_;
};

}  // namespace lars::store
