#include "store/fleet_status.hpp"

namespace lars::store {
namespace {

constexpr const char* kDns =
    "SELECT LOWER(HEX(dns)), address, seen_us, seen_us + 5000000 >= {now} FROM DnsAlive"
    " ORDER BY address, dns";

constexpr const char* kCounts =
    "SELECT (SELECT COUNT(*) FROM Owner o WHERE EXISTS (SELECT 1 FROM OwnerSession s"
    " WHERE s.owner = o.owner AND s.ended_us = 0)), (SELECT COUNT(*) FROM Owner),"
    " COALESCE((SELECT MAX(ts) FROM ServerCallStatus), 0),"
    " COALESCE((SELECT version FROM RouteVersion WHERE id = 1), 0)";

UnixTime seconds(std::uint64_t value) {
    return UnixTime(std::chrono::seconds(static_cast<std::int64_t>(value)));
}

Awaitable<FleetReading> read(Connection& connection) {
    const auto sql = fill(kDns, {{"now", std::string(connection.dialect().now_us)}});
    const auto dns = co_await connection.query_text(sql);
    const auto counts = co_await connection.query(kCounts);
    FleetReading reading;
    for (std::size_t i = 0; i < dns.rows(); ++i) {
        const auto row = dns.row(i);
        const auto seen_us = parse_column<std::uint64_t>(row[2]).value_or(0);
        reading.dns.push_back({row[0], row[1], seconds(seen_us / 1'000'000), row[3] == "1"});
    }
    reading.owners_alive = counts.values.at(0);
    reading.owners_gone = counts.values.at(1) - std::min(counts.values.at(1), counts.values.at(0));
    if (counts.values.at(2) > 0) reading.last_report = seconds(counts.values.at(2));
    reading.version = counts.values.at(3);
    co_return reading;
}

}  // namespace

Awaitable<Result<FleetReading>> read_fleet(Database& database) {
    return database.run(Mode::read, read);
}

}  // namespace lars::store
