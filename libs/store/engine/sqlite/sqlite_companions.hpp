#pragma once

#include <string>
#include <utility>

namespace lars::store {

/// The log and its index that SQLite keeps beside a database file: `FILE-wal` and `FILE-shm`.
///
/// SQLite finds them by their names alone. If another file is moved to the place of one in use, say
/// a restored backup, it reads the old file's log into the new one, which destroys that. So whoever
/// opens the file notes in `FILE-lars` which companions belong to which file, and first takes away
/// those that are noted as another file's. Processes that still have the old file keep the old
/// companions, which have no name any more.
///
/// Where the note can't be read or written, nothing is taken away.
class SqliteCompanions {
public:
    explicit SqliteCompanions(std::string path) : path_(std::move(path)) {}

    /// To be called before the file is opened.
    void discard_strays() const;
    /// To be called when the file is open and was read, which makes its companions.
    void note() const;

private:
    std::string path_;
};

}  // namespace lars::store
