#pragma once

#include "store/engine/connection.hpp"
#include "store/engine/database.hpp"

#include <string>

namespace lars::store {

/// Who made the change feed's triggers, several with commas between; nothing on SQLite, which has
/// no users. MariaDB runs a trigger with the rights of that user, its definer.
Awaitable<std::string> trigger_definers(Connection& connection);

/// Whether edits fail because a definer isn't there, or has no rights to the tables: dropped since,
/// or unknown to the server that a dump was restored on. Tries one edit of each kind, in a
/// transaction that is rolled back. Where this user may not edit, it can't be told: false.
Awaitable<Result<bool>> triggers_are_orphaned(Database& database);

}  // namespace lars::store
