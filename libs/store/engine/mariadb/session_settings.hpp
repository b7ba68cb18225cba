#pragma once

#include <array>
#include <string_view>

namespace lars::store {

/// What a session is set to before it is used: what transactions, triggers and times rely on,
/// whatever the server's defaults and its init_connect say. Each is understood by all versions of
/// MariaDB and MySQL that there are.
inline constexpr std::array<std::string_view, 3> kSessionSettings{
    "SET SESSION autocommit = 1, completion_type = 0, time_zone = '+00:00',"
    " sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', sql_safe_updates = 0",
    "SET NAMES utf8mb4",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
};

}  // namespace lars::store
