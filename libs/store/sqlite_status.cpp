#include "store/route_sql.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {

using Transaction = SqliteDatabase::Transaction;

void write_status(SqliteDatabase& database, const std::vector<StatusRow>& rows) {
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
}

std::vector<StatusRow> read_status(
    SqliteDatabase& database, const std::optional<ModuleId>& module
) {
    const auto sql = std::string(
                         "SELECT modid, cmdid, ip, port, caller, succ_cnt, err_cnt, ts, overload"
                         " FROM ServerCallStatus "
                     ) +
                     sql::module_condition(module) + "ORDER BY modid, cmdid, ip, port, caller";
    return decode_status_rows(database.query(sql, encode_module(module)));
}

}  // namespace lars::store::sqlite
