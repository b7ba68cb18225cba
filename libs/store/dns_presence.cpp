#include "store/dns_presence.hpp"

#include "store/instance_rows.hpp"

#include <utility>

namespace lars::store {
namespace {

// Who hasn't written for so long isn't worth a word.
constexpr std::uint64_t kSilentUs = 5'000'000;

Awaitable<std::vector<std::string>> read_addresses(Connection& connection) {
    const auto sql = "SELECT address FROM DnsAlive WHERE address <> '' AND seen_us + ? >= " +
                     std::string(connection.dialect().now_us);
    const Parameters silent(kSilentUs);
    const auto rows = co_await connection.query_text(sql, silent);
    co_return rows.values;
}

Awaitable<PresenceReading> write_alive(
    Connection& connection, const DnsId& dns, const std::string& address
) {
    const auto& dialect = connection.dialect();
    const auto sql = "INSERT INTO DnsAlive(dns, address, seen_us) VALUES (?, ?, " +
                     std::string(dialect.now_us) + ")" +
                     dialect.on_conflict_set("dns", {"address", "seen_us"});
    Parameters parameters;
    encode(dns, parameters);
    parameters.add(std::string_view(address));
    co_await connection.change(sql, parameters);
    PresenceReading reading;
    reading.addresses = co_await read_addresses(connection);
    reading.now = co_await read_clock(connection);
    co_return reading;
}

Awaitable<> remove_dns(Connection& connection, const DnsId& dns) {
    Parameters parameters;
    encode(dns, parameters);
    const auto ended =
        "UPDATE OwnerSession SET ended_us = " + std::string(connection.dialect().now_us) +
        " WHERE dns = ? AND ended_us = 0";
    co_await connection.change(ended, parameters);
    co_await connection.change("DELETE FROM DnsAlive WHERE dns = ?", parameters);
}

}  // namespace

Awaitable<Result<PresenceReading>> DnsPresence::write(DnsId dns, std::string address) {
    return database_.run(Mode::write_each, write_alive, dns, std::move(address));
}

Awaitable<Result<std::vector<std::string>>> DnsPresence::addresses() {
    return database_.run(Mode::read, read_addresses);
}

Awaitable<Result<void>> DnsPresence::remove(DnsId dns) {
    return database_.run(Mode::write_committed, remove_dns, dns);
}

}  // namespace lars::store
