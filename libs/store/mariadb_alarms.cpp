#include "store/alarm_sql.hpp"
#include "store/history_sql.hpp"
#include "store/mariadb_store.hpp"

namespace lars::store {

MariadbStore::Awaited<AlarmRules> MariadbStore::do_list_alarm_rules() {
    const std::string sql = sql::kAlarmRules;
    const auto table = co_await connection_.query_text(sql);
    if (!table) co_return table.error();
    co_return sql::decode_alarm_rules(*table);
}

MariadbStore::Awaited<std::uint32_t> MariadbStore::do_add_alarm_rule() {
    const auto storable = check(alarm_rule_);
    if (!storable) co_return storable.error();
    const auto sql = sql::add_alarm_rule(alarm_rule_);
    auto numbers = sql::encode_numbers(alarm_rule_);
    auto texts = sql::encode_texts(alarm_rule_);
    const auto added = co_await connection_.query(sql, std::move(numbers), std::move(texts));
    if (!added) co_return added.error();
    const std::string asking = "SELECT LAST_INSERT_ID()";
    const auto id = co_await connection_.query(asking);
    if (!id) co_return id.error();
    co_return static_cast<std::uint32_t>(id->values[0]);
}

MariadbStore::Awaited<std::size_t> MariadbStore::do_remove_alarm_rule() {
    const std::string sql = sql::kRemoveAlarmRule;
    std::vector<std::uint64_t> numbers{alarm_rule_.id};
    const auto removed = co_await connection_.query(sql, std::move(numbers));
    if (!removed) co_return removed.error();
    co_return connection_.changed();
}

MariadbStore::Awaited<std::vector<AlarmState>> MariadbStore::do_read_alarm_states() {
    const std::string sql = sql::kAlarmStates;
    const auto table = co_await connection_.query(sql);
    if (!table) co_return table.error();
    co_return sql::decode_alarm_states(*table);
}

MariadbStore::Awaited<void> MariadbStore::do_write_alarm_states() {
    const auto begun = co_await connection_.run("START TRANSACTION");
    if (!begun) co_return begun.error();
    const std::string set = sql::kSetAlarmState;
    for (const auto& state : alarm_changes_.set) {
        auto numbers = sql::encode_numbers(state);
        const auto done = co_await connection_.query(set, std::move(numbers));
        if (!done) co_return done.error();
    }
    const std::string remove = sql::kRemoveAlarmState;
    for (const auto& key : alarm_changes_.removed) {
        auto numbers = sql::encode_numbers(key);
        const auto done = co_await connection_.query(remove, std::move(numbers));
        if (!done) co_return done.error();
    }
    co_return co_await commit();
}

MariadbStore::Awaited<std::vector<LastCall>> MariadbStore::do_read_last_calls() {
    const std::string sql = sql::kLastCalls;
    const auto table = co_await connection_.query(sql);
    if (!table) co_return table.error();
    co_return sql::decode_last_calls(*table);
}

MariadbStore::Awaited<std::vector<OverloadCount>> MariadbStore::do_count_overloads() {
    const std::string sql = sql::kOverloadCounts;
    std::vector<std::uint64_t> since{to_number(now_)};
    const auto table = co_await connection_.query(sql, std::move(since));
    if (!table) co_return table.error();
    co_return sql::decode_overload_counts(*table);
}

}  // namespace lars::store
