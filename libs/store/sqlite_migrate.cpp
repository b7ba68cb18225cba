#include "store/schema.hpp"
#include "store/sqlite_operations.hpp"

namespace lars::store::sqlite {

using Transaction = SqliteDatabase::Transaction;

SchemaStatus inspect(SqliteDatabase& database) {
    SchemaStatus status;
    status.latest = static_cast<int>(sqlite_migrations().size());
    const auto exists =
        database.query("SELECT COUNT(*) FROM sqlite_master WHERE name = 'SchemaVersion'");
    if (exists.values[0] > 0) {
        const auto version = database.query("SELECT COALESCE(MAX(version), 0) FROM SchemaVersion");
        status.version = static_cast<int>(version.values[0]);
    }
    const auto triggers = database.query(
        std::string("SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (") +
        kTriggerNames + ")"
    );
    status.triggers = triggers.values[0] == kTriggerCount;
    return status;
}

SchemaStatus migrate(SqliteDatabase& database) {
    database.run("CREATE TABLE IF NOT EXISTS SchemaVersion(version INTEGER PRIMARY KEY)");
    const auto before = inspect(database);
    if (before.version > before.latest) {
        throw SqliteError({ErrorKind::schema, "the schema is newer than this program: update it"});
    }
    if (before.version == before.latest && before.triggers) return before;
    Transaction transaction(database, Transaction::Kind::write);
    for (int version = inspect(database).version + 1; version <= before.latest; ++version) {
        for (const auto& sql : sqlite_migrations()[static_cast<std::size_t>(version) - 1]) {
            database.run(sql);
        }
        const std::uint64_t parameter[] = {static_cast<std::uint64_t>(version)};
        database.change("INSERT INTO SchemaVersion(version) VALUES (?)", parameter);
    }
    for (const auto& sql : sqlite_triggers()) database.run(sql);
    transaction.commit();
    return inspect(database);
}

}  // namespace lars::store::sqlite
