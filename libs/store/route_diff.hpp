#pragma once

#include "store/route_tables.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lars::store {

/// What an edit changes of endpoints that are there.
struct RouteEdit {
    std::optional<std::uint32_t> weight;
    std::optional<std::string> zone;  ///< empty: none
    std::vector<std::string> tags;    ///< key=value to set, in place of what the key had
    std::vector<std::string> untag;   ///< keys to take away
};

/// What an edit does to a part of the rows.
struct RouteDiff {
    std::vector<RouteRow> missing;    ///< aren't there
    std::vector<PresentRow> changed;  ///< as they are to be
    std::vector<PresentRow> present;  ///< all that are meant
    std::size_t endpoints_changed = 0;

    void append(RouteDiff other);
};

/// Of rows to put, each once: what differs from what is there gets what they say.
RouteDiff diff_to_put(std::span<const RouteRow> wanted, const std::vector<PresentRow>& present);
/// Of endpoints that are to be edited. Throws Failure when one can't be.
RouteDiff diff_to_edit(
    std::span<const RouteRow> meant, const RouteEdit& edit, const std::vector<PresentRow>& present
);

}  // namespace lars::store
