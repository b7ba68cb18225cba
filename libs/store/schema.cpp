#include "store/schema.hpp"

#include "store/schema/definers.hpp"
#include "store/schema/schema_sql.hpp"
#include "store/schema/server_version.hpp"

namespace lars::store {
namespace {

// Altering a large table is one statement that may take long.
constexpr auto kMigrationTimeout = std::chrono::hours(1);
// The first schema that has StoreIdentity.
constexpr int kIdentitySchema = 5;

Awaitable<SchemaStatus> read_status(Connection& connection) {
    const auto& dialect = connection.dialect();
    SchemaStatus status;
    status.latest = static_cast<int>(schema_of(dialect).migrations.size());
    const auto tables = fill(dialect.count_tables, {{"names", "'SchemaVersion'"}});
    const auto found = co_await connection.query(tables);
    if (found.values.at(0) > 0) {
        const auto version =
            co_await connection.query("SELECT COALESCE(MAX(version), 0) FROM SchemaVersion");
        status.version = static_cast<int>(version.values.at(0));
    }
    const auto names = fill(dialect.count_triggers, {{"names", kTriggerNames}});
    const auto triggers = co_await connection.query(names);
    status.triggers = triggers.values.at(0) == kTriggerCount;
    status.definers = co_await trigger_definers(connection);
    if (status.version >= kIdentitySchema) status.identity = co_await read_identity(connection);
    co_return status;
}

Awaitable<> apply(Connection& connection, int migration) {
    const auto& all = schema_of(connection.dialect()).migrations;
    for (const auto& sql : all.at(static_cast<std::size_t>(migration) - 1)) {
        co_await connection.run(sql);
    }
    const auto mark =
        std::string(connection.dialect().insert_ignore) + " INTO SchemaVersion(version) VALUES (?)";
    co_await connection.change(mark, Parameters(static_cast<std::uint64_t>(migration)));
}

// Where statements that change tables commit by themselves, this may have ended in its middle.
Awaitable<SchemaStatus> bring_up(Connection& connection) {
    connection.set_timeout(kMigrationTimeout);
    co_await connection.run(schema_of(connection.dialect()).version_table);
    const auto before = co_await read_status(connection);
    for (int next = before.version + 1; next <= before.latest; ++next) {
        co_await apply(connection, next);
    }
    const auto triggers = trigger_sql(connection.dialect());
    for (const auto& sql : triggers) co_await connection.run(sql);
    co_await make_identity(connection);
    co_return co_await read_status(connection);
}

// Of a MariaDB server, or of what is there in its place.
Awaitable<std::string> read_server_version(Connection& connection) {
    if (connection.dialect().kind == Url::Kind::sqlite) co_return "";
    const auto version = co_await connection.query_text("SELECT VERSION()");
    co_return version.values.at(0);
}

Awaitable<Result<void>> check_server_of(Database& database) {
    auto asking = database.run(Mode::read, read_server_version);
    const auto version = co_await std::move(asking);
    if (!version) co_return version.error();
    if (version->empty()) co_return Result<void>();
    co_return check_server(*version);
}

Awaitable<Result<SchemaStatus>> migrate_if_older(Database& database) {
    auto checking = check_server_of(database);
    const auto usable = co_await std::move(checking);
    if (!usable && usable.error().kind != ErrorKind::missing) co_return usable.error();
    auto reading = database.run(Mode::read, read_status);
    const auto before = co_await std::move(reading);
    const bool missing = !before && before.error().kind == ErrorKind::missing;
    if (!before && !missing) co_return before;
    if (before && before->version > before->latest) {
        co_return Error{ErrorKind::schema, "the schema is newer than this program: update it"};
    }
    const bool current = before && before->version == before->latest;
    if (current && before->triggers && before->identity.id != 0) {
        auto trying = triggers_are_orphaned(database);
        const auto orphaned = co_await std::move(trying);
        if (!orphaned) co_return orphaned.error();
        if (!*orphaned) co_return before;
    }
    auto migrating = database.run(Mode::schema, bring_up);
    co_return co_await std::move(migrating);
}

}  // namespace

Result<void> check_current(const SchemaStatus& status, const Url& url) {
    if (status.version >= status.latest) return {};
    const auto where = to_string(url);
    const auto advice = "; run: lars store migrate --store '" + where + "'";
    if (status.version == 0) return Error{ErrorKind::schema, where + " has no tables" + advice};
    return Error{ErrorKind::schema, "the schema of " + where + " is too old" + advice};
}

Awaitable<Result<SchemaStatus>> Schema::inspect() {
    return database_.run(Mode::read, read_status);
}

Awaitable<Result<SchemaStatus>> Schema::migrate() {
    return migrate_if_older(database_);
}

}  // namespace lars::store
