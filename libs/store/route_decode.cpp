#include "store/route_decode.hpp"

#include "base/host_name.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"
#include "store/endpoint_merge.hpp"
#include "store/policy.hpp"
#include "store/route_tables.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace lars::store {
namespace {

namespace column = route_column;

constexpr std::uint64_t kMaxId = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t kMaxAddress = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMaxPort = std::numeric_limits<std::uint16_t>::max();
constexpr std::size_t kPlainColumns = 5;
// What a plain row has in the other columns that a checksum covers.
constexpr std::string_view kPlainEnd = ",,,00000000000000000000000000000000";

ModuleId module_of(std::span<const std::uint64_t> row) {
    return {static_cast<std::int32_t>(row[0]), static_cast<std::int32_t>(row[1])};
}

/// What both kinds of reads have of a row.
struct RawRow {
    std::uint64_t modid = 0;
    std::uint64_t cmdid = 0;
    std::uint64_t serverip = 0;
    std::uint64_t serverport = 0;
    std::int64_t weight = 0;
    std::span<const std::string> texts;  ///< as route_column has them; empty: a plain row
    std::uint64_t checksum = 0;

    bool nameable() const { return modid <= kMaxId && cmdid <= kMaxId; }
    ModuleId module() const {
        return {static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
    }
    std::string_view text(column::Column which) const {
        return texts.empty() ? std::string_view() : std::string_view(texts[which]);
    }
    bool owned() const { return text(column::owner).find_first_not_of('0') != std::string::npos; }
    // One that is drained serves at its weight.
    bool serves() const {
        const auto state = text(column::state);
        return texts.empty() || state == "0" || state == "2";
    }
};

RawRow raw(std::span<const std::uint64_t> row) {
    return {
        row[0], row[1], row[2], row[3], static_cast<std::int64_t>(row[4]), {}, row_checksum(row)};
}

// As the database computes it, of the texts of RouteData's row.
std::uint64_t text_checksum(std::span<const std::string> row) {
    boost::crc_32_type crc;
    bool first = true;
    for (const auto which :
         {column::modid,
          column::cmdid,
          column::serverip,
          column::serverport,
          column::weight,
          column::zone,
          column::tags,
          column::owner}) {
        if (!first) crc.process_byte(',');
        first = false;
        crc.process_bytes(row[which].data(), row[which].size());
    }
    return crc.checksum();
}

// Text that isn't a number is out of any range.
RawRow raw(std::span<const std::string> row) {
    const auto number = [row](column::Column which) {
        const auto value = parse_column<std::int64_t>(row[which]);
        return static_cast<std::uint64_t>(value.value_or(-1));
    };
    return {
        number(column::modid),
        number(column::cmdid),
        number(column::serverip),
        number(column::serverport),
        parse_column<std::int64_t>(row[column::weight]).value_or(-1),
        row,
        row[column::checksum].empty() ? text_checksum(row) : number(column::checksum)};
}

template <class Visit>
void for_each_row(const RouteRows& read, Visit visit) {
    for (std::size_t i = 0; i < read.plain.rows(); ++i) visit(raw(read.plain.row(i)));
    for (std::size_t i = 0; i < read.data.rows(); ++i) visit(raw(read.data.row(i)));
    for (std::size_t i = 0; i < read.more.rows(); ++i) visit(raw(read.more.row(i)));
}

Error refuse(const std::string& why) {
    return {ErrorKind::invalid, why};
}

Result<Endpoint> callable(const Endpoint& endpoint) {
    const auto why = why_uncallable(endpoint);
    if (why.empty()) return endpoint;
    return refuse(address_to_string(endpoint) + ": no node has this address: " + std::string(why));
}

// Of a row with a host, its port.
Result<Endpoint> endpoint_of(const RawRow& row) {
    if (!row.nameable()) return refuse("an id is out of range");
    if (row.serverip > kMaxAddress) return refuse("the address is out of range");
    if (row.serverport < 1 || row.serverport > kMaxPort) {
        return refuse("the port is out of range");
    }
    const auto port = static_cast<std::uint16_t>(row.serverport);
    const auto host = row.text(column::host);
    const auto address = row.text(column::address);
    if (!host.empty()) {
        if (const auto why = why_no_host_name(host); !why.empty()) {
            return refuse("host " + std::string(host) + ": " + std::string(why));
        }
        return Endpoint{.address = {}, .port = port};
    }
    if (address.empty()) {
        return callable(Endpoint::from_ipv4(static_cast<std::uint32_t>(row.serverip), port));
    }
    const auto bytes = parse_address(address);
    if (!bytes) return refuse("the address doesn't have 16 bytes");
    return callable(Endpoint{.address = *bytes, .port = port});
}

// As people find it in the table.
std::string text_of(const RawRow& row) {
    const auto number = [](std::uint64_t value) {
        return std::to_string(static_cast<std::int64_t>(value));
    };
    auto text = "modid " + number(row.modid) + ", cmdid " + number(row.cmdid) + ", serverip " +
                number(row.serverip) + ", serverport " + number(row.serverport);
    if (const auto host = row.text(column::host); !host.empty()) {
        text += ", host " + std::string(host);
    }
    return text;
}

void note_skipped(const RawRow& row, const Error& why, Flaws& flaws) {
    if (flaws.skipped++ == 0) flaws.first_skipped = text_of(row) + ": " + why.message;
}

// Below the range is a negative number of a signed column.
std::uint32_t weight_of(const RawRow& row, Flaws& flaws) {
    const auto weight = std::clamp(row.weight, std::int64_t{0}, std::int64_t{kMaxWeight});
    if (weight != row.weight) ++flaws.clamped;
    return static_cast<std::uint32_t>(weight);
}

std::string zone_of(const RawRow& row, Flaws& flaws) {
    const auto zone = row.text(column::zone);
    if (why_no_zone(zone).empty()) return std::string(zone);
    ++flaws.disregarded;
    return "";
}

std::string tags_of(const RawRow& row, Flaws& flaws) {
    auto tags = canonical_tags(row.text(column::tags));
    if (tags) return std::move(*tags);
    ++flaws.disregarded;
    return "";
}

// The sum covers what the database would sum, used or not.
void attach_policies(std::map<ModuleId, StoredRoute>& routes, const TextTable& policies) {
    for (const auto& read : decode_policies(policies)) {
        const auto found = routes.find(read.row.module);
        if (found == routes.end()) continue;
        auto& stored = found->second;
        stored.sum.checksum += read.checksum;
        if (stored.route.endpoints.empty() && stored.hosts.empty()) continue;
        auto policy = parse_policy(read.row);
        if (policy) {
            stored.route.policy = std::move(*policy);
        } else {
            stored.policy_flaw = policy.error().message;
        }
    }
}

void attach_splits(std::map<ModuleId, StoredRoute>& routes, const TextTable& splits, Flaws& flaws) {
    for (auto& read : decode_splits(splits)) {
        const auto found = routes.find(read.row.module);
        if (found == routes.end()) continue;
        found->second.sum.checksum += read.checksum;
        if (read.usable) {
            found->second.splits.push_back(std::move(read.row));
        } else {
            ++flaws.disregarded;
        }
    }
}

void keep_each_once(std::vector<HostEndpoint>& hosts) {
    std::ranges::sort(hosts);
    const auto same = [](const HostEndpoint& a, const HostEndpoint& b) {
        return a.host == b.host && a.port == b.port;
    };
    hosts.erase(std::unique(hosts.begin(), hosts.end(), same), hosts.end());
}

/// A route with what its rows say of its endpoints, until all rows are there.
struct Gathered {
    StoredRoute stored;
    EndpointMerge endpoints;
};

void gather(const RawRow& row, std::map<ModuleId, Gathered>& routes, Flaws& flaws) {
    const auto endpoint = endpoint_of(row);
    if (!endpoint) note_skipped(row, endpoint.error(), flaws);
    if (!row.nameable()) return;
    auto& [stored, endpoints] = routes[row.module()];
    stored.sum += {1, row.checksum};
    if (!endpoint) return;
    const auto weight = weight_of(row, flaws);
    if (row.texts.empty()) return endpoints.add({*endpoint, weight, "", ""});
    auto zone = zone_of(row, flaws);
    auto tags = tags_of(row, flaws);
    const auto host = row.text(column::host);
    if (host.empty()) {
        const auto id = parse_column<std::uint64_t>(row.text(column::id));
        const RowStanding standing{row.owned(), row.serves(), id.value_or(0)};
        endpoints.add({*endpoint, weight, std::move(zone), std::move(tags)}, standing);
    } else if (row.serves()) {
        stored.hosts.push_back(
            {std::string(host), endpoint->port, weight, std::move(zone), std::move(tags)}
        );
    }
}

std::map<ModuleId, StoredRoute> group(const RouteRows& read, std::uint64_t version, Flaws& flaws) {
    std::map<ModuleId, Gathered> gathered;
    for_each_row(read, [&](const RawRow& row) { gather(row, gathered, flaws); });
    std::map<ModuleId, StoredRoute> routes;
    for (auto& [id, each] : gathered) {
        auto& stored = each.stored;
        stored.route.module = id;
        stored.route.version = version;
        stored.route.endpoints = each.endpoints.take();
        keep_each_once(stored.hosts);
        routes.emplace_hint(routes.end(), id, std::move(stored));
    }
    attach_policies(routes, read.policies);
    attach_splits(routes, read.splits, flaws);
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

std::vector<RouteRow> decode_route_rows(const RouteRows& read, Flaws& flaws) {
    std::vector<RouteRow> rows;
    rows.reserve(read.rows());
    for_each_row(read, [&](const RawRow& row) {
        if (row.owned()) return;
        const auto endpoint = endpoint_of(row);
        if (!endpoint) return note_skipped(row, endpoint.error(), flaws);
        RouteRow made{row.module(), *endpoint, weight_of(row, flaws)};
        made.host = row.text(column::host);
        made.zone = zone_of(row, flaws);
        made.tags = tags_of(row, flaws);
        rows.push_back(std::move(made));
    });
    std::ranges::sort(rows);
    return rows;
}

std::uint32_t row_checksum(std::span<const std::uint64_t> row) {
    std::array<char, kPlainColumns * 21> text{};
    auto* end = text.data();
    for (const auto value : row.first(kPlainColumns)) {
        if (end != text.data()) *end++ = ',';
        end = std::to_chars(end, text.data() + text.size(), static_cast<std::int64_t>(value)).ptr;
    }
    boost::crc_32_type crc;
    crc.process_block(text.data(), end);
    crc.process_bytes(kPlainEnd.data(), kPlainEnd.size());
    return crc.checksum();
}

std::vector<StoredRoute> routes_of_rows(
    const RouteRows& read, std::uint64_t version, Flaws& flaws
) {
    return values_of(group(read, version, flaws));
}

std::vector<StoredRoute> routes_of_modules(
    const Table& modules, const RouteRows& read, std::uint64_t version, Flaws& flaws
) {
    auto routes = group(read, version, flaws);
    for (std::size_t i = 0; i < modules.rows(); ++i) {
        const auto row = modules.row(i);
        if (row[0] > kMaxId || row[1] > kMaxId) continue;
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
        if (row[0] <= kMaxId && row[1] <= kMaxId && row[2] > 0) {
            removed_at[module_of(row)] = row[2];
        }
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
