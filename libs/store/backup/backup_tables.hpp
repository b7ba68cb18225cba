#pragma once

#include <string>
#include <vector>

namespace lars::store {

/// A column as a backup has it.
struct BackupColumn {
    enum class Kind { number, real, text, bytes };
    enum class Null { never, allowed };

    std::string name;
    Kind kind = Kind::number;
    Null null = Null::never;
};

/// A table that is backed up row by row.
struct BackupTable {
    std::string name;
    std::vector<BackupColumn> columns;
    /// A column of numbers that an index begins with: rows are read in its order.
    std::string page_by;

    std::vector<std::string> column_names() const;
    /// What to select for each column, so that it comes as a field of a backup's line: a number as
    /// it is, texts and bytes in hexadecimal digits, "-" for NULL.
    std::string fields() const;
};

/// All tables but the schema's own, RouteVersion and StoreIdentity, which are a backup's head, and
/// those of the moment: Lease, and who lives. In the order to restore them: the log after what
/// triggers log.
const std::vector<BackupTable>& backup_tables();
/// Null when there is none of that name.
const BackupTable* find_backup_table(const std::string& name);

}  // namespace lars::store
