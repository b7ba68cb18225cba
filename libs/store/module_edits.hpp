#pragma once

#include "store/engine/database.hpp"
#include "store/module_diff.hpp"

#include <cstdint>
#include <string>

namespace lars::store {

/// A module's rows as a whole, edited by people who may do so at a time: who has seen another
/// content than there is gets a conflict, and nothing is written. Splits stay as they are. Each
/// edit is in the history and, with the rows whose removal is meant, in the audit.
class ModuleEdits {
public:
    explicit ModuleEdits(Database& database) : database_(database) {}

    Awaitable<Result<ModuleContent>> read(ModuleId module);
    /// What commit() would do. Writes nothing.
    Awaitable<Result<EditOutcome>> preview(ModuleEdit edit);
    /// All or nothing. ErrorKind::invalid if a row can't be stored.
    Awaitable<Result<EditOutcome>> commit(ModuleEdit edit);
    /// Makes the module as it was before a change of the history; a conflict unless it still is as
    /// it was after. ErrorKind::invalid if there is no such change, or it can't be undone.
    Awaitable<Result<EditOutcome>> undo(std::uint64_t change_id, std::string actor);

private:
    Database& database_;
};

}  // namespace lars::store
