#pragma once

#include "store/route_row.hpp"
#include "store/route_split.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// What people wrote of one module; instances, which agents registered, aren't in it.
struct ModuleContent {
    std::vector<RouteRow> rows;  ///< sorted by key, each endpoint once, and all of it said
    std::vector<SplitRow> splits;

    friend bool operator==(const ModuleContent&, const ModuleContent&) = default;
};

/// {"endpoints":[{"host","port","weight","zone","tags":[]}],"splits":[{"tag","share_millionths"}]},
/// where a host is an address or a DNS name. Equal contents have equal texts.
std::string json_of(const ModuleContent& content);
/// What json_of wrote of that module; nothing when it isn't such.
std::optional<ModuleContent> parse_content(ModuleId module, std::string_view json);

/// 16 hexadecimal digits, which differ when the content does.
std::string etag_of(const ModuleContent& content);

}  // namespace lars::store
