#include "store/store_identity.hpp"

#include "store/engine/connection.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

namespace lars::store {
namespace {

// Not the highest bit, which SQLite's integers show as a sign.
std::uint64_t random_id() {
    std::random_device device;
    while (true) {
        const auto bits = (std::uint64_t{device()} << 32) | device();
        if (const auto id = bits >> 1; id != 0) return id;
    }
}

std::string insert_brought_or_raise(const Dialect& dialect) {
    const auto given = fill(dialect.given, {{"column", "version"}});
    return "INSERT INTO StoreIdentity(id, standing, version) VALUES (?, 'brought', ?)" +
           fill(dialect.on_conflict, {{"key", "id"}}) + "version = CASE WHEN " + given +
           " > StoreIdentity.version THEN " + given + " ELSE StoreIdentity.version END";
}

// Should two migrations at once have made one each, all agree on the smaller.
Awaitable<std::uint64_t> read_own(Connection& connection) {
    const auto own = co_await connection.query(
        "SELECT COALESCE(MIN(id), 0) FROM StoreIdentity WHERE standing = 'own'"
    );
    co_return own.values.at(0);
}

Awaitable<> write_brought(Connection& connection, const std::vector<BroughtStore>& stores) {
    const auto sql = insert_brought_or_raise(connection.dialect());
    for (const auto& each : stores) {
        const Parameters parameters(each.id, each.version);
        co_await connection.change(sql, parameters);
    }
}

}  // namespace

bool StoreIdentity::has_adopted(std::uint64_t store) const {
    return std::ranges::binary_search(adopted, store);
}

std::string store_id_text(std::uint64_t id) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(id));
    return text.data();
}

Awaitable<> make_identity(Connection& connection) {
    const auto own = co_await read_own(connection);
    if (own != 0) co_return;
    const Parameters id(random_id());
    co_await connection.change("INSERT INTO StoreIdentity(id, standing) VALUES (?, 'own')", id);
}

Awaitable<StoreIdentity> read_identity(Connection& connection) {
    StoreIdentity identity;
    identity.id = co_await read_own(connection);
    const auto adopted = co_await connection.query(
        "SELECT id FROM StoreIdentity WHERE standing = 'adopted' ORDER BY id"
    );
    identity.adopted = adopted.values;
    co_return identity;
}

Awaitable<std::size_t> adopt_brought(Connection& connection) {
    co_return co_await connection.change(
        "UPDATE StoreIdentity SET standing = 'adopted' WHERE standing = 'brought'"
    );
}

Awaitable<Result<void>> StoreIdentities::note_brought(std::vector<BroughtStore> stores) {
    return database_.run(Mode::write_each, write_brought, std::move(stores));
}

}  // namespace lars::store
