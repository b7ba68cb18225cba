#include "store/engine/mariadb/mariadb_connection.hpp"

namespace lars::store {
namespace {

std::vector<std::string> begin(Mode mode) {
    switch (mode) {
        case Mode::snapshot:
            return {"START TRANSACTION WITH CONSISTENT SNAPSHOT"};
        case Mode::write:
        case Mode::write_once:
            return {"START TRANSACTION"};
        case Mode::write_committed:
            return {"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION"};
        case Mode::read:
        case Mode::write_each:
        case Mode::schema:  // statements that change tables commit by themselves
            return {};
    }
    return {};
}

}  // namespace

const Dialect kMariadbDialect{
    .kind = Url::Kind::mysql,
    .insert_ignore = "INSERT IGNORE",
    .on_conflict = " ON DUPLICATE KEY UPDATE ",
    .given = "VALUES({column})",
    .least = "LEAST",
    .now_us = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS UNSIGNED)",
    .now_s = "UNIX_TIMESTAMP()",
    .user = "CURRENT_USER()",
    .last_id = "LAST_INSERT_ID()",
    .ordered_join = " STRAIGHT_JOIN ",
    .for_update = " FOR UPDATE",
    .crc32 = "CRC32(CONCAT_WS(',', {values}))",
    .delete_some = "DELETE FROM {table} WHERE {where} LIMIT {limit}",
    .count_tables =
        "SELECT COUNT(*) FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name IN ({names})",
    .count_triggers =
        "SELECT COUNT(*) FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE() AND trigger_name IN ({names})",
    .create_trigger =
        "CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table}"
        " FOR EACH ROW BEGIN {body} END",
    // A round trip for each row would hold the locks of a large edit for seconds.
    .max_rows = 512,
    .begin = begin,
};

}  // namespace lars::store
