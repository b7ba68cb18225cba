#include "admin/parsed_routes.hpp"

#include "admin/route_target.hpp"
#include "app/value.hpp"
#include "base/module_name.hpp"
#include "base/route.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"

#include <limits>
#include <optional>
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

const std::string& text(const RouteTexts& texts, RouteField field) {
    return texts[static_cast<std::size_t>(field)];
}

/// None: only a name is said. Throws std::invalid_argument.
std::optional<ModuleId> module_of(const RouteTexts& texts) {
    const bool named = !text(texts, RouteField::name).empty();
    const bool without_ids =
        text(texts, RouteField::modid).empty() && text(texts, RouteField::cmdid).empty();
    if (named && without_ids) return {};
    const auto modid = number(texts, RouteField::modid, kIds);
    const auto cmdid = number(texts, RouteField::cmdid, kIds);
    return ModuleId{static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
}

/// Throws std::invalid_argument.
store::RouteRow target_of(const RouteTexts& texts) {
    const auto& host = text(texts, RouteField::host);
    const auto port = number(texts, RouteField::port, kPorts);
    try {
        return row_at(host, static_cast<std::uint16_t>(port));
    } catch (const std::invalid_argument& wrong) {
        throw std::invalid_argument("host " + quoted(host) + ": " + wrong.what());
    }
}

/// Throws std::invalid_argument.
store::RouteRow row_of(const RouteTexts& texts) {
    const auto id = module_of(texts);
    auto row = target_of(texts);
    row.module = id.value_or(ModuleId());
    if (!text(texts, RouteField::weight).empty()) {
        row.weight = number(texts, RouteField::weight, kWeights);
    }
    if (const auto& zone = text(texts, RouteField::zone); !zone.empty()) {
        if (const auto why = why_no_zone(zone); !why.empty()) {
            throw std::invalid_argument("zone " + quoted(zone) + ": " + std::string(why));
        }
        row.zone = zone;
    }
    if (const auto& tags = text(texts, RouteField::tags); !tags.empty()) {
        row.tags = canonical_tags(tags);
        if (!row.tags) {
            throw std::invalid_argument(
                "tags " + quoted(tags) +
                ": they aren't key=value, each key once, with commas between"
            );
        }
    }
    return row;
}

}  // namespace

void ParsedRoutes::refuse(const std::string& where, const std::string& why) {
    if (refused++ < kMaxErrors) errors.push_back(where + ": " + why);
}

void ParsedRoutes::add(const std::string& where, const RouteTexts& texts) {
    try {
        const auto& name = text(texts, RouteField::name);
        if (name.empty()) {
            rows.push_back(row_of(texts));
        } else {
            add_named(name, texts);
        }
    } catch (const std::invalid_argument& wrong) {
        refuse(where, wrong.what());
    }
}

void ParsedRoutes::add_named(const std::string& name, const RouteTexts& texts) {
    if (const auto why = why_no_name(name); !why.empty()) {
        throw std::invalid_argument("name " + quoted(name) + " is none: " + std::string(why));
    }
    const auto row = row_of(texts);
    auto& of_name = named[name];
    const auto module = module_of(texts);
    if (module && of_name.module && *module != *of_name.module) {
        throw std::invalid_argument(
            "name " + quoted(name) + " stands for " + to_string(*of_name.module) + " above"
        );
    }
    if (module) of_name.module = module;
    of_name.rows.push_back(row);
}

std::size_t ParsedRoutes::count() const {
    auto count = rows.size();
    for (const auto& [name, of_name] : named) count += of_name.rows.size();
    return count;
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
