#include "store/engine/sqlite/sqlite_connection.hpp"

namespace lars::store {
namespace {

std::vector<std::string> begin(Mode mode) {
    if (mode == Mode::read || mode == Mode::write_each) return {};
    // A writer that begins as a reader could not become one after another has written.
    return {mode == Mode::snapshot ? "BEGIN" : "BEGIN IMMEDIATE"};
}

}  // namespace

const Dialect kSqliteDialect{
    .kind = Url::Kind::sqlite,
    .insert_ignore = "INSERT OR IGNORE",
    .on_conflict = " ON CONFLICT({key}) DO UPDATE SET ",
    .given = "excluded.{column}",
    .least = "MIN",
    .now_us = "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)",
    .now_s = "CAST(strftime('%s', 'now') AS INTEGER)",
    .user = "''",
    .last_id = "last_insert_rowid()",
    .ordered_join = " CROSS JOIN ",
    .for_update = "",
    .crc32 = "lars_crc32({values})",
    .delete_some =
        "DELETE FROM {table} WHERE ({key}) IN"
        " (SELECT {key} FROM {table} WHERE {where} LIMIT {limit})",
    .count_tables = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ({names})",
    .count_triggers =
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name IN ({names})",
    .create_trigger =
        "DROP TRIGGER IF EXISTS {name}; CREATE TRIGGER {name} AFTER {event}"
        " ON {table} FOR EACH ROW BEGIN {body} END",
    .max_rows = 1,
    .begin = begin,
};

}  // namespace lars::store
