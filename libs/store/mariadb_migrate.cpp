#include "store/mariadb_store.hpp"
#include "store/schema.hpp"

namespace lars::store {
namespace {

// Altering a large table is one statement that may take long.
constexpr auto kMigrationTimeout = std::chrono::hours(1);

}  // namespace

MariadbStore::Awaited<SchemaStatus> MariadbStore::do_inspect() {
    SchemaStatus status;
    status.latest = static_cast<int>(mariadb_migrations().size());
    const std::string exists =
        "SELECT COUNT(*) FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name = 'SchemaVersion'";
    auto table = co_await connection_.query(exists);
    if (!table) co_return table.error();
    if (table->values[0] > 0) {
        const std::string version = "SELECT COALESCE(MAX(version), 0) FROM SchemaVersion";
        table = co_await connection_.query(version);
        if (!table) co_return table.error();
        status.version = static_cast<int>(table->values[0]);
    }
    const auto triggers = std::string(
                              "SELECT COUNT(*) FROM information_schema.triggers"
                              " WHERE trigger_schema = DATABASE()"
                              " AND trigger_name IN ("
                          ) +
                          kTriggerNames + ")";
    table = co_await connection_.query(triggers);
    if (!table) co_return table.error();
    status.triggers = table->values[0] == kTriggerCount;
    co_return status;
}

MariadbStore::Awaited<SchemaStatus> MariadbStore::do_migrate() {
    const std::string create =
        "CREATE TABLE IF NOT EXISTS SchemaVersion(version INT NOT NULL PRIMARY KEY)"
        " ENGINE=InnoDB";
    auto done = co_await connection_.run(create);
    if (!done) co_return done.error();
    const auto before = co_await do_inspect();
    if (!before) co_return before.error();
    if (before->version > before->latest) {
        co_return Error{ErrorKind::schema, "the schema is newer than this program: update it"};
    }
    if (before->version == before->latest && before->triggers) co_return before;
    connection_.set_timeout(kMigrationTimeout);
    // DDL commits by itself, so a migration is written to be run again.
    for (int next = before->version + 1; next <= before->latest; ++next) {
        for (const auto& sql : mariadb_migrations()[static_cast<std::size_t>(next) - 1]) {
            done = co_await connection_.run(sql);
            if (!done) co_return done.error();
        }
        const std::string mark = "INSERT IGNORE INTO SchemaVersion(version) VALUES (?)";
        std::vector<std::uint64_t> parameters{static_cast<std::uint64_t>(next)};
        const auto marked = co_await connection_.query(mark, std::move(parameters));
        if (!marked) co_return marked.error();
    }
    for (const auto& sql : mariadb_triggers()) {
        done = co_await connection_.run(sql);
        if (!done) co_return done.error();
    }
    auto after = co_await do_inspect();
    co_return after;
}

}  // namespace lars::store
