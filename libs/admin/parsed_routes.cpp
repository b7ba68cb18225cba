#include "admin/parsed_routes.hpp"

#include "app/value.hpp"
#include "base/route.hpp"

#include <limits>
#include <stdexcept>

namespace lars::admin {
namespace {

constexpr std::size_t kMaxShown = 60;
constexpr app::Range<std::uint32_t> kIds{0, std::numeric_limits<std::int32_t>::max()};
constexpr app::Range<std::uint32_t> kPorts{1, 65'535};
constexpr app::Range<std::uint32_t> kWeights{0, kMaxWeight};

std::uint32_t number(const RouteTexts& texts, RouteField field, app::Range<std::uint32_t> range) {
    const auto index = static_cast<std::size_t>(field);
    try {
        return app::parse_number(texts[index], range);
    } catch (const std::invalid_argument& allowed) {
        throw std::invalid_argument(
            std::string(kRouteFields[index]) + ' ' + quoted(texts[index]) + " is not " +
            allowed.what()
        );
    }
}

/// Throws std::invalid_argument.
store::RouteRow row_of(const RouteTexts& texts) {
    const auto modid = number(texts, RouteField::modid, kIds);
    const auto cmdid = number(texts, RouteField::cmdid, kIds);
    const auto& host = texts[static_cast<std::size_t>(RouteField::host)];
    const auto ip = parse_ipv4(host);
    if (!ip) throw std::invalid_argument("host " + quoted(host) + " is not an IPv4 address");
    const auto port = number(texts, RouteField::port, kPorts);
    const auto endpoint = Endpoint::from_ipv4(*ip, static_cast<std::uint16_t>(port));
    if (const auto why = why_uncallable(endpoint); !why.empty()) {
        throw std::invalid_argument(
            "host " + quoted(host) + ": no node has this address: " + std::string(why)
        );
    }
    const ModuleId id{static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
    store::RouteRow row{id, endpoint, {}};
    const bool weighted = !texts[static_cast<std::size_t>(RouteField::weight)].empty();
    if (weighted) row.weight = number(texts, RouteField::weight, kWeights);
    return row;
}

}  // namespace

void ParsedRoutes::refuse(const std::string& where, const std::string& why) {
    if (refused++ < kMaxErrors) errors.push_back(where + ": " + why);
}

void ParsedRoutes::add(const std::string& where, const RouteTexts& texts) {
    try {
        rows.push_back(row_of(texts));
    } catch (const std::invalid_argument& wrong) {
        refuse(where, wrong.what());
    }
}

std::string quoted(std::string_view text) {
    std::string shown(text.substr(0, kMaxShown));
    for (auto& each : shown) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte < 0x20 || byte == 0x7F) each = '?';
    }
    return '\'' + shown + (text.size() > kMaxShown ? "..." : "") + '\'';
}

}  // namespace lars::admin
