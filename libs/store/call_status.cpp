#include "store/call_status.hpp"

#include "store/engine/bulk.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <limits>

namespace lars::store {
namespace {

std::uint32_t narrow(std::uint64_t value) {
    constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(value, kMax));
}

std::string upsert_status(const Dialect& dialect, std::size_t rows) {
    return upsert(
        dialect,
        "ServerCallStatus",
        {"modid", "cmdid", "ip", "port", "caller"},
        {"succ_cnt", "err_cnt", "ts", "overload"},
        rows
    );
}

Awaitable<> write_rows(Connection& connection, const std::vector<StatusRow>& rows) {
    co_await change_rows<StatusRow>(connection, upsert_status, rows, encode);
}

Awaitable<std::vector<StatusRow>> read_rows(
    Connection& connection, std::optional<ModuleId> module
) {
    const auto sql = std::string(
                         "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts,"
                         " CAST(overload AS UNSIGNED) FROM ServerCallStatus "
                     ) +
                     module_condition(module) + "ORDER BY modid, cmdid, ip, port, caller";
    const auto table = co_await connection.query(sql, encode(module));
    co_return decode_status_rows(table);
}

Awaitable<std::vector<OverloadCount>> count_rows(Connection& connection, UnixTime since) {
    const auto table = co_await connection.query(
        "SELECT modid, cmdid, COUNT(*), SUM(overload <> '0') FROM ServerCallStatus WHERE ts >= ?"
        " GROUP BY modid, cmdid ORDER BY modid, cmdid",
        Parameters(to_number(since))
    );
    std::vector<OverloadCount> counts;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        counts.push_back({decode_module(row[0], row[1]), row[2], row[3]});
    }
    co_return counts;
}

}  // namespace

void encode(const StatusRow& row, Parameters& parameters) {
    encode(row.module, parameters);
    parameters.add(row.endpoint.ipv4()).add(row.endpoint.port).add(row.caller);
    parameters.add(row.successes).add(row.failures).add(row.timestamp);
    parameters.add(row.overload ? 1 : 0);
}

std::vector<StatusRow> decode_status_rows(const Table& table) {
    std::vector<StatusRow> rows;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const auto port = static_cast<std::uint16_t>(row[3]);
        rows.push_back({
            .module = decode_module(row[0], row[1]),
            .endpoint = Endpoint::from_ipv4(narrow(row[2]), port),
            .caller = narrow(row[4]),
            .successes = narrow(row[5]),
            .failures = narrow(row[6]),
            .timestamp = narrow(row[7]),
            .overload = row[8] != 0,
        });
    }
    return rows;
}

Awaitable<Result<void>> CallStatus::write(std::vector<StatusRow> rows) {
    return database_.run(Mode::write, write_rows, std::move(rows));
}

Awaitable<Result<std::vector<StatusRow>>> CallStatus::read(std::optional<ModuleId> module) {
    return database_.run(Mode::read, read_rows, module);
}

Awaitable<Result<std::vector<OverloadCount>>> CallStatus::count_overloads(UnixTime since) {
    return database_.run(Mode::read, count_rows, since);
}

}  // namespace lars::store
