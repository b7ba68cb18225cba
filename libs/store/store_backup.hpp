#pragma once

#include "store/engine/database.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace lars::store {

/// What a backup holds.
struct BackupSummary {
    std::uint64_t store_id = 0;
    std::uint64_t version = 0;  ///< of the table of routes; after a restore: as it was confirmed
    std::uint64_t rows = 0;     ///< of all tables
};

/// Whether a restore may replace what a store has.
enum class Overwrite { no, yes };

/// Called with how many rows are done, and how many there are, maybe on another thread.
using BackupProgress = std::function<void(std::size_t done, std::size_t all)>;

/// All that a store has in one file, which either database can take back.
class StoreBackup {
public:
    explicit StoreBackup(Database& database) : database_(database) {}

    /// Writes a file, or replaces it, with the store as it is at one moment. Until that is whole,
    /// nothing is at the path that wasn't there before.
    Awaitable<Result<BackupSummary>> write(std::string path, BackupProgress progress);
    /// Puts what the file has in the place of what the store has, its id too, all or nothing, and
    /// confirms it: agents follow, wherever their routes are from. With Overwrite::no it is an
    /// error if the store has anything.
    Awaitable<Result<BackupSummary>> restore(
        std::string path, Overwrite overwrite, BackupProgress progress
    );

private:
    Database& database_;
};

}  // namespace lars::store
