#include "store/route_decode.hpp"

#include "store/policy.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

namespace lars::store {
namespace {

constexpr std::uint64_t kMaxId = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t kMaxAddress = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMaxPort = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t kColumns = 5;

ModuleId module_of(std::span<const std::uint64_t> row) {
    return {static_cast<std::int32_t>(row[0]), static_cast<std::int32_t>(row[1])};
}

bool nameable(std::span<const std::uint64_t> row) {
    return row[0] <= kMaxId && row[1] <= kMaxId;
}

Result<Endpoint> endpoint_of(std::span<const std::uint64_t> row) {
    const auto refuse = [](const std::string& why) { return Error{ErrorKind::invalid, why}; };
    if (!nameable(row)) return refuse("an id is out of range");
    if (row[2] > kMaxAddress) return refuse("the address is out of range");
    if (row[3] < 1 || row[3] > kMaxPort) return refuse("the port is out of range");
    const auto port = static_cast<std::uint16_t>(row[3]);
    const auto endpoint = Endpoint::from_ipv4(static_cast<std::uint32_t>(row[2]), port);
    const auto why = why_uncallable(endpoint);
    if (why.empty()) return endpoint;
    return refuse(address_to_string(endpoint) + ": no node has this address: " + std::string(why));
}

// As people find it in the table.
std::string text_of(std::span<const std::uint64_t> row) {
    const auto number = [row](std::size_t i) {
        return std::to_string(static_cast<std::int64_t>(row[i]));
    };
    return "modid " + number(0) + ", cmdid " + number(1) + ", serverip " + number(2) +
           ", serverport " + number(3);
}

void note_skipped(std::span<const std::uint64_t> row, const Error& why, Flaws& flaws) {
    if (flaws.skipped++ == 0) flaws.first_skipped = text_of(row) + ": " + why.message;
}

// Below the range is a negative number of a signed column.
std::uint32_t weight_of(std::span<const std::uint64_t> row, Flaws& flaws) {
    const auto said = static_cast<std::int64_t>(row[4]);
    const auto weight = std::clamp(said, std::int64_t{0}, std::int64_t{kMaxWeight});
    if (weight != said) ++flaws.clamped;
    return static_cast<std::uint32_t>(weight);
}

// The sum covers what the database would sum, used or not.
void attach(std::map<ModuleId, StoredRoute>& routes, const TextTable& policies) {
    for (const auto& read : decode_policies(policies)) {
        const auto found = routes.find(read.row.module);
        if (found == routes.end()) continue;
        auto& stored = found->second;
        stored.sum.checksum += read.checksum;
        if (stored.route.endpoints.empty()) continue;
        auto policy = parse_policy(read.row);
        if (policy) {
            stored.route.policy = std::move(*policy);
        } else {
            stored.policy_flaw = policy.error().message;
        }
    }
}

std::map<ModuleId, StoredRoute> group(
    const Table& rows, const TextTable& policies, std::uint64_t version, Flaws& flaws
) {
    std::map<ModuleId, StoredRoute> routes;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto row = rows.row(i);
        const auto endpoint = endpoint_of(row);
        if (!endpoint) note_skipped(row, endpoint.error(), flaws);
        if (!nameable(row)) continue;
        auto& stored = routes[module_of(row)];
        stored.sum += {1, row_checksum(row)};
        if (endpoint) stored.route.endpoints.push_back({*endpoint, weight_of(row, flaws), ""});
    }
    for (auto& [id, stored] : routes) {
        stored.route.module = id;
        stored.route.version = version;
        canonicalize(stored.route);
    }
    attach(routes, policies);
    return routes;
}

std::vector<StoredRoute> values_of(std::map<ModuleId, StoredRoute> routes) {
    std::vector<StoredRoute> all;
    all.reserve(routes.size());
    for (auto& [id, stored] : routes) all.push_back(std::move(stored));
    return all;
}

// The log of changes says everything that happened after `since`; its first entry is `oldest`.
bool log_reaches_back(std::uint64_t since, std::uint64_t current, std::uint64_t oldest) {
    if (since == current) return true;
    if (since > current || oldest == 0) return false;
    return oldest <= since + 1;
}

}  // namespace

std::vector<RouteRow> decode_route_rows(const Table& table, Flaws& flaws) {
    std::vector<RouteRow> rows;
    rows.reserve(table.rows());
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const auto endpoint = endpoint_of(row);
        if (endpoint) {
            rows.push_back({module_of(row), *endpoint, weight_of(row, flaws)});
        } else {
            note_skipped(row, endpoint.error(), flaws);
        }
    }
    return rows;
}

std::uint32_t row_checksum(std::span<const std::uint64_t> row) {
    std::array<char, kColumns * 21> text{};
    auto* end = text.data();
    for (const auto value : row.first(kColumns)) {
        if (end != text.data()) *end++ = ',';
        end = std::to_chars(end, text.data() + text.size(), static_cast<std::int64_t>(value)).ptr;
    }
    boost::crc_32_type crc;
    crc.process_block(text.data(), end);
    return crc.checksum();
}

std::vector<StoredRoute> routes_of_rows(
    const Table& rows, const TextTable& policies, std::uint64_t version, Flaws& flaws
) {
    return values_of(group(rows, policies, version, flaws));
}

std::vector<StoredRoute> routes_of_modules(
    const Table& modules,
    const Table& rows,
    const TextTable& policies,
    std::uint64_t version,
    Flaws& flaws
) {
    auto routes = group(rows, policies, version, flaws);
    for (std::size_t i = 0; i < modules.rows(); ++i) {
        const auto row = modules.row(i);
        if (!nameable(row)) continue;
        auto& stored = routes[module_of(row)];
        stored.route.module = module_of(row);
        stored.route.version = version;
        stored.removed = row[2];
        if (stored.removed > 0) stored.removed_at = version;
    }
    return values_of(std::move(routes));
}

void note_removals(const Table& removals, std::uint64_t version, std::vector<StoredRoute>& routes) {
    std::map<ModuleId, std::uint64_t> removed_at;
    for (std::size_t i = 0; i < removals.rows(); ++i) {
        const auto row = removals.row(i);
        if (nameable(row) && row[2] > 0) removed_at[module_of(row)] = row[2];
    }
    for (auto& each : routes) {
        const auto found = removed_at.find(each.route.module);
        if (found == removed_at.end()) continue;
        each.removed_at = found->second;
        removed_at.erase(found);
    }
    for (const auto& [id, at] : removed_at) {
        StoredRoute gone;
        gone.route.module = id;
        gone.route.version = version;
        gone.removed_at = at;
        routes.push_back(std::move(gone));
    }
}

RouteChanges decode_log_state(const Table& state, Position since) {
    RouteChanges changes;
    if (state.rows() == 0) {  // no RouteVersion: somebody emptied that too
        changes.reload = true;
        return changes;
    }
    const auto row = state.row(0);
    changes.position = {row[0], row[1]};
    const auto oldest = row[2];
    const auto now = row[3];
    const auto mark_then = row[4];
    const auto first_unread = row[5];
    const bool other_history = mark_then != 0 && mark_then != since.mark;
    changes.reload = other_history || !log_reaches_back(since.version, row[0], oldest);
    if (first_unread != 0 && now > first_unread) {
        changes.age = std::chrono::microseconds(now - first_unread);
    }
    return changes;
}

}  // namespace lars::store
