#include "store/alarms.hpp"

#include "store/engine/bulk.hpp"
#include "store/module_condition.hpp"

#include <array>
#include <charconv>
#include <set>
#include <span>

namespace lars::store {
namespace {

// The shortest text that is this number.
std::string text_of(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::optional<AlarmRule> decode_rule(std::span<const std::string> row) {
    const auto id = parse_column<std::uint32_t>(row[0]);
    const auto modid = parse_column<std::int32_t>(row[1]);
    const auto cmdid = parse_column<std::int32_t>(row[2]);
    const auto kind = parse_alarm_kind(row[3]);
    const auto threshold = parse_column<double>(row[4]);
    const auto hold = parse_column<std::uint32_t>(row[5]);
    const auto min_calls = parse_column<std::uint32_t>(row[6]);
    const auto made_at = parse_column<std::uint32_t>(row[9]);
    const bool of_all = row[1].empty() && row[2].empty();
    const bool named = of_all || (modid && cmdid);
    if (!id || !named || !kind || !threshold || !hold || !min_calls || !made_at) return {};
    AlarmRule rule{
        .id = *id,
        .kind = *kind,
        .threshold = *threshold,
        .hold = std::chrono::seconds(*hold),
        .min_calls = *min_calls,
        .severity = row[7],
        .comment = row[8],
        .made_at = to_time(*made_at)};
    if (!of_all) rule.module = ModuleId{*modid, *cmdid};
    if (!check(rule)) return {};
    return rule;
}

Awaitable<AlarmRules> read_rules(Connection& connection) {
    const auto table = co_await connection.query_text(
        "SELECT id, COALESCE(CAST(modid AS CHAR), ''), COALESCE(CAST(cmdid AS CHAR), ''), kind,"
        " CAST(threshold AS CHAR), hold_s, min_calls, severity, comment, made_at"
        " FROM AlarmRule ORDER BY id"
    );
    AlarmRules all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        auto rule = decode_rule(table.row(i));
        if (rule) {
            all.rules.push_back(std::move(*rule));
        } else {
            ++all.unusable;
        }
    }
    co_return all;
}

Awaitable<std::uint32_t> insert_rule(Connection& connection, const AlarmRule& rule) {
    const auto storable = check(rule);
    if (!storable) throw Failure(storable.error());
    auto parameters = encode(rule.module);
    parameters.add(name_of(rule.kind)).add(text_of(rule.threshold));
    parameters.add(static_cast<std::uint64_t>(rule.hold.count())).add(rule.min_calls);
    parameters.add(rule.severity).add(rule.comment);
    const auto sql = std::string("INSERT INTO AlarmRule(") + (rule.module ? "modid, cmdid, " : "") +
                     "kind, threshold, hold_s, min_calls, severity, comment) VALUES " +
                     value_lists(parameters.values().size(), 1);
    co_await connection.change(sql, std::move(parameters));
    const auto asking = "SELECT " + std::string(connection.dialect().last_id);
    const auto id = co_await connection.query(asking);
    co_return static_cast<std::uint32_t>(id.values.at(0));
}

Awaitable<std::size_t> delete_rules(
    Connection& connection, const std::vector<std::uint32_t>& given
) {
    const std::set<std::uint32_t> ids(given.begin(), given.end());
    std::string missing;
    for (const auto id : ids) {
        auto removing = connection.change("DELETE FROM AlarmRule WHERE id = ?", Parameters(id));
        const auto removed = co_await std::move(removing);
        if (removed == 0) missing += (missing.empty() ? "" : ", ") + std::to_string(id);
    }
    if (!missing.empty()) {
        throw Failure(ErrorKind::invalid, "no rule has this id, so nothing is removed: " + missing);
    }
    co_return ids.size();
}

Awaitable<std::vector<AlarmState>> select_states(Connection& connection) {
    const auto table = co_await connection.query(
        "SELECT rule, modid, cmdid, since, firing FROM AlarmState ORDER BY rule, modid, cmdid"
    );
    std::vector<AlarmState> states;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const AlarmKey key{static_cast<std::uint32_t>(row[0]), decode_module(row[1], row[2])};
        states.push_back({key, to_time(row[3]), row[4] != 0});
    }
    co_return states;
}

std::string upsert_states(const Dialect& dialect, std::size_t rows) {
    return upsert(dialect, "AlarmState", {"rule", "modid", "cmdid"}, {"since", "firing"}, rows);
}

void encode_key(const AlarmKey& key, Parameters& parameters) {
    parameters.add(key.rule);
    encode(key.module, parameters);
}

void encode_state(const AlarmState& state, Parameters& parameters) {
    encode_key(state.key, parameters);
    parameters.add(to_number(state.since)).add(state.firing ? 1 : 0);
}

Awaitable<> change_states(Connection& connection, const AlarmStateChanges& changes) {
    co_await change_rows<AlarmState>(connection, upsert_states, changes.set, encode_state);
    for (const auto& key : changes.removed) {
        Parameters parameters;
        encode_key(key, parameters);
        co_await connection.change(
            "DELETE FROM AlarmState WHERE rule = ? AND modid = ? AND cmdid = ?", parameters
        );
    }
}

}  // namespace

Awaitable<Result<AlarmRules>> Alarms::list_rules() {
    return database_.run(Mode::read, read_rules);
}

// Not made again after a lost connection: two rules would report everything twice.
Awaitable<Result<std::uint32_t>> Alarms::add_rule(AlarmRule rule) {
    return database_.run(Mode::write_once, insert_rule, std::move(rule));
}

Awaitable<Result<std::size_t>> Alarms::remove_rules(std::vector<std::uint32_t> ids) {
    return database_.run(Mode::write, delete_rules, std::move(ids));
}

Awaitable<Result<std::vector<AlarmState>>> Alarms::read_states() {
    return database_.run(Mode::read, select_states);
}

Awaitable<Result<void>> Alarms::write_states(AlarmStateChanges changes) {
    return database_.run(Mode::write, change_states, std::move(changes));
}

}  // namespace lars::store
