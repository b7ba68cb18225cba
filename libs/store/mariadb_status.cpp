#include "store/mariadb_store.hpp"
#include "store/route_sql.hpp"

#include <algorithm>

namespace lars::store {
namespace {

std::string repeat(const std::string& text, std::size_t count) {
    std::string all = text;
    for (std::size_t i = 1; i < count; ++i) all += ", " + text;
    return all;
}

}  // namespace

MariadbStore::Awaited<void> MariadbStore::do_write_status() {
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

MariadbStore::Awaited<std::vector<StatusRow>> MariadbStore::do_read_status() {
    const auto sql = std::string(
                         "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts,"
                         " CAST(overload AS UNSIGNED) FROM ServerCallStatus "
                     ) +
                     sql::module_condition(module_) + "ORDER BY modid, cmdid, ip, port, caller";
    auto parameters = encode_module(module_);
    const auto table = co_await connection_.query(sql, std::move(parameters));
    if (!table) co_return table.error();
    co_return decode_status_rows(*table);
}

}  // namespace lars::store
