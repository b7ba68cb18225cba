#include "store/store_backup.hpp"

#include "store/backup/backup_file.hpp"
#include "store/edit.hpp"
#include "store/engine/bulk.hpp"
#include "store/route_edits.hpp"
#include "store/schema.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace lars::store {
namespace {

// One statement may go over a whole table.
constexpr auto kTimeout = std::chrono::hours(1);
// Rows that are read or written at once.
constexpr std::size_t kPage = 10'000;
constexpr std::size_t kBatch = 512;

constexpr const char* kRouteVersion =
    "SELECT COALESCE((SELECT version FROM RouteVersion WHERE id = 1), 0)";

constexpr const char* kGivenIds =
    "SELECT COALESCE((SELECT cmdid FROM NameCounter WHERE id = 1), 0)";

Awaitable<std::uint64_t> count_rows(Connection& connection) {
    std::uint64_t rows = 0;
    for (const auto& table : backup_tables()) {
        const auto count = co_await connection.query("SELECT COUNT(*) FROM " + table.name);
        rows += count.values.at(0);
    }
    co_return rows;
}

Awaitable<BackupHead> read_head(Connection& connection) {
    BackupHead head;
    const auto schema = co_await connection.query("SELECT MAX(version) FROM SchemaVersion");
    head.schema = static_cast<int>(schema.values.at(0));
    const auto identity = co_await read_identity(connection);
    head.store_id = identity.id;
    const auto version = co_await connection.query(kRouteVersion);
    head.version = version.values.at(0);
    head.rows = co_await count_rows(connection);
    const auto known =
        co_await connection.query("SELECT id FROM StoreIdentity WHERE standing <> 'own'");
    head.known_stores = known.values;
    co_return head;
}

/// Part of a table, by the column that it is paged by: from a value on, and below another if there
/// is one.
struct Page {
    std::uint64_t from = 0;
    std::optional<std::uint64_t> below;
};

// So many rows end with the one before `below`; or all rows of one value, if these are more.
Awaitable<Page> page_from(Connection& connection, const BackupTable& table, std::uint64_t from) {
    const auto& column = table.page_by;
    const auto begin = "SELECT " + column + " FROM " + table.name + " WHERE " + column;
    const auto order = " ORDER BY " + column + " LIMIT 1";
    Page page{.from = from, .below = {}};
    const auto offset = " OFFSET " + std::to_string(kPage);
    const Parameters parameters(from);
    auto next = co_await connection.query(begin + " >= ?" + order + offset, parameters);
    if (next.rows() > 0 && next.values[0] == from) {
        next = co_await connection.query(begin + " > ?" + order, parameters);
    }
    if (next.rows() > 0) page.below = next.values[0];
    co_return page;
}

Awaitable<std::size_t> write_page(
    Connection& connection, const BackupTable& table, Page page, BackupWriter& writer
) {
    auto sql =
        "SELECT " + table.fields() + " FROM " + table.name + " WHERE " + table.page_by + " >= ?";
    Parameters parameters(page.from);
    if (page.below) {
        sql += " AND " + table.page_by + " < ?";
        parameters.add(*page.below);
    }
    const auto rows = co_await connection.query_text(sql, parameters);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i);
        writer.add_row(row.data(), row.size());
    }
    co_return rows.rows();
}

Awaitable<BackupSummary> write_all(
    Connection& connection, const std::string& path, const BackupProgress& progress
) {
    connection.set_timeout(kTimeout);
    const auto head = co_await read_head(connection);
    BackupWriter writer(path, head);
    std::size_t done = 0;
    for (const auto& table : backup_tables()) {
        writer.begin(table);
        std::optional<std::uint64_t> from(0);
        while (from) {
            const auto page = co_await page_from(connection, table, *from);
            const auto written = co_await write_page(connection, table, page, writer);
            done += written;
            if (progress) progress(done, head.rows);
            from = page.below;
        }
    }
    writer.finish();
    co_return BackupSummary{head.store_id, head.version, head.rows};
}

/// The rows of one table on their way into it.
class RowBatch {
public:
    /// Throws Failure for a table or column that this version doesn't have.
    explicit RowBatch(const BackupLine& line) {
        table_ = find_backup_table(std::string(line.fields.at(0)));
        if (!table_) unknown(line.fields[0]);
        for (std::size_t i = 1; i < line.fields.size(); ++i) add_column(line.fields[i]);
    }

    void add(const BackupLine& line) {
        if (line.fields.size() != columns_.size()) {
            throw Failure(ErrorKind::invalid, "a row of " + table_->name + " isn't whole");
        }
        for (std::size_t i = 0; i < columns_.size(); ++i) add(*columns_[i], line.fields[i]);
        ++rows_;
    }
    std::size_t rows() const { return rows_; }

    /// Rows in a row of statements, each of as many as one takes.
    Awaitable<> insert(Connection& connection) {
        const auto max = connection.dialect().max_rows;
        std::size_t first = 0;
        while (first < rows_) {
            const auto count = rows_at_once(rows_ - first, max);
            const auto sql = insert_sql(first, count);
            const auto parameters = parameters_of(first, count);
            co_await connection.change(sql, parameters);
            first += count;
        }
        rows_ = 0;
        fields_.clear();
    }

private:
    using Kind = BackupColumn::Kind;

    /// None: NULL.
    using Field = std::optional<std::string>;

    [[noreturn]] void unknown(std::string_view what) const {
        throw Failure(
            ErrorKind::invalid,
            "the backup has " + std::string(what) + ", which this version of Lars doesn't know"
        );
    }

    void add_column(std::string_view name) {
        const auto& all = table_->columns;
        const auto found = std::ranges::find(all, name, &BackupColumn::name);
        if (found == all.end()) unknown(table_->name + '.' + std::string(name));
        columns_.push_back(&*found);
    }

    void add(const BackupColumn& column, std::string_view text) {
        if (column.null == BackupColumn::Null::allowed && text == "-") {
            fields_.emplace_back();
        } else if (column.kind == Kind::number || column.kind == Kind::real) {
            fields_.emplace_back(text);
        } else {
            fields_.emplace_back(unhex(text));
        }
    }

    // NULL stands in the statement, for want of a parameter that is one.
    std::string insert_sql(std::size_t first, std::size_t count) const {
        std::string names;
        for (const auto* column : columns_) names += (names.empty() ? "" : ", ") + column->name;
        std::string sql = "INSERT INTO " + table_->name + "(" + names + ") VALUES ";
        for (std::size_t row = first; row < first + count; ++row) {
            sql += row == first ? "(" : ", (";
            for (std::size_t i = 0; i < columns_.size(); ++i) {
                if (i > 0) sql += ", ";
                sql += fields_[row * columns_.size() + i] ? "?" : "NULL";
            }
            sql += ")";
        }
        return sql;
    }

    Parameters parameters_of(std::size_t first, std::size_t count) const {
        Parameters parameters;
        for (std::size_t i = first * columns_.size(); i < (first + count) * columns_.size(); ++i) {
            const auto& field = fields_[i];
            if (!field) continue;
            const auto kind = columns_[i % columns_.size()]->kind;
            const auto number = parse_column<std::uint64_t>(*field);
            if (kind == Kind::number && number) {
                parameters.add(*number);
            } else if (kind == Kind::bytes) {
                const auto* bytes = reinterpret_cast<const std::uint8_t*>(field->data());
                parameters.add(std::span(bytes, field->size()));
            } else {  // a text, or a number with a sign or point, which the database reads
                parameters.add(std::string_view(*field));
            }
        }
        return parameters;
    }

    const BackupTable* table_ = nullptr;
    std::vector<const BackupColumn*> columns_;
    std::vector<Field> fields_;  // row after row
    std::size_t rows_ = 0;
};

Awaitable<> require_empty(Connection& connection, Overwrite overwrite) {
    if (overwrite == Overwrite::yes) co_return;
    const auto rows = co_await count_rows(connection);
    if (rows == 0) co_return;
    throw Failure(
        ErrorKind::invalid,
        "the store isn't empty: it has " + std::to_string(rows) + " rows, which --force replaces"
    );
}

Awaitable<> restore_rows(
    Connection& connection, BackupReader& reader, const BackupProgress& progress
) {
    // Also what an older version's backup doesn't have. Each table is emptied once more before its
    // turn: triggers may have written to it meanwhile.
    for (const auto& table : backup_tables()) {
        const auto sql = "DELETE FROM " + table.name;
        co_await connection.change(sql);
    }
    std::optional<RowBatch> batch;
    std::size_t done = 0;
    while (const auto* line = reader.next()) {
        if (line->kind == BackupLine::Kind::table) {
            if (batch) co_await batch->insert(connection);
            batch.emplace(*line);
            const auto name = std::string(line->fields[0]);
            co_await connection.change("DELETE FROM " + name);
            continue;
        }
        if (!batch) throw Failure(ErrorKind::invalid, "the backup has rows without a table");
        batch->add(*line);
        if (batch->rows() < kBatch) continue;
        done += batch->rows();
        co_await batch->insert(connection);
        if (progress) progress(done, reader.head().rows);
    }
    if (batch) co_await batch->insert(connection);
    if (progress) progress(reader.head().rows, reader.head().rows);
}

// Sessions and one-time links may have been ended or used since the backup was made.
Awaitable<> end_sessions(Connection& connection) {
    co_await connection.change("DELETE FROM AccessToken WHERE kind <> 'api'");
}

// The store is the one of the backup now. Agents may hold routes of that, at versions up to which
// it or the store in this place had come, and of whichever either of them knew.
Awaitable<> restore_identity(
    Connection& connection, const BackupHead& head, std::uint64_t version_before
) {
    const auto known = co_await connection.query("SELECT id FROM StoreIdentity");
    auto brought = head.known_stores;
    brought.insert(brought.end(), known.values.begin(), known.values.end());
    co_await connection.change("DELETE FROM StoreIdentity");
    const auto insert = std::string(connection.dialect().insert_ignore) +
                        " INTO StoreIdentity(id, standing, version) VALUES (?, ";
    const Parameters own(head.store_id, std::max(head.version, version_before));
    if (head.store_id != 0) co_await connection.change(insert + "'own', ?)", own);
    for (const auto id : brought) {
        const Parameters other(id);
        co_await connection.change(insert + "'brought', 0)", other);
    }
    co_await make_identity(connection);
}

// Ids that this store has given belong to modules that agents and histories know.
Awaitable<> raise_name_counter(Connection& connection, std::uint64_t given) {
    if (given == 0) co_return;
    const auto sql = std::string(connection.dialect().insert_ignore) +
                     " INTO NameCounter(id, cmdid) VALUES (1, ?)";
    const Parameters once(given);
    co_await connection.change(sql, once);
    const Parameters twice(given, given);
    co_await connection.change(
        "UPDATE NameCounter SET cmdid = ? WHERE id = 1 AND cmdid < ?", twice
    );
}

Awaitable<BackupSummary> restore_all(
    Connection& connection,
    const std::string& path,
    Overwrite overwrite,
    const BackupProgress& progress
) {
    connection.set_timeout(kTimeout);
    BackupReader reader(path);
    co_await lock_routes(connection);
    co_await require_empty(connection, overwrite);
    const auto before = co_await connection.query(kRouteVersion);
    const auto given = co_await connection.query(kGivenIds);
    co_await restore_rows(connection, reader, progress);
    co_await end_sessions(connection);
    co_await raise_name_counter(connection, given.values.at(0));
    co_await restore_identity(connection, reader.head(), before.values.at(0));
    const auto confirmed = co_await confirm_routes(connection);
    co_return BackupSummary{reader.head().store_id, confirmed.version, reader.head().rows};
}

}  // namespace

Awaitable<Result<BackupSummary>> StoreBackup::write(std::string path, BackupProgress progress) {
    return database_.run(Mode::snapshot, write_all, std::move(path), std::move(progress));
}

Awaitable<Result<BackupSummary>> StoreBackup::restore(
    std::string path, Overwrite overwrite, BackupProgress progress
) {
    return database_.run(Mode::write, restore_all, std::move(path), overwrite, std::move(progress));
}

}  // namespace lars::store
