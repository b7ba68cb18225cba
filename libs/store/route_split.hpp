#pragma once

#include "base/module_id.hpp"
#include "base/route.hpp"
#include "store/engine/dialect.hpp"
#include "store/engine/result.hpp"
#include "store/engine/table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

inline constexpr std::uint32_t kWholeShare = 1'000'000;

/// One row of RouteSplit: the endpoints with that tag get that part of the module's calls, however
/// many they are.
struct SplitRow {
    ModuleId module;
    std::string tag;                   ///< key=value
    std::uint32_t share_millionths{};  ///< up to kWholeShare

    friend auto operator<=>(const SplitRow&, const SplitRow&) = default;
};

/// Selects what decode_splits reads of rows s of RouteSplit, up to where FROM follows.
std::string split_columns(const Dialect& dialect);
/// The checksum of a row s of RouteSplit.
std::string split_sum(const Dialect& dialect);

struct ReadSplit {
    SplitRow row;
    std::uint64_t checksum = 0;
    bool usable = false;
};
/// Without modules that nobody can name; in the order of modules and tags.
std::vector<ReadSplit> decode_splits(const TextTable& table);

/// Whether a split can be stored.
Result<void> check_storable(const SplitRow& split);

/// Gives the endpoints of each tag their share, and the others what is left, by their weights,
/// which keep their proportions among themselves. An endpoint with several of the tags is of the
/// first. Where nobody has a tag, or nobody has none, the share goes to the others. `splits` are of
/// one module.
void apply_splits(const std::vector<SplitRow>& splits, std::vector<RouteEndpoint>& endpoints);

}  // namespace lars::store
