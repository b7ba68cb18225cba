#include "store/route_split.hpp"

#include "base/tags.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <cmath>

namespace lars::store {
namespace {

// Of endpoints that share a tag, or have none of those that a split names.
struct Part {
    double share = 0;
    double weight = 0;  // of all of its endpoints
};

std::size_t part_of(const RouteEndpoint& endpoint, const std::vector<SplitRow>& splits) {
    const auto named = [&](const SplitRow& split) { return has_tag(endpoint.tags, split.tag); };
    return static_cast<std::size_t>(std::ranges::find_if(splits, named) - splits.begin());
}

// The last part is of those without any of the tags.
std::vector<Part> parts_of(
    const std::vector<SplitRow>& splits, const std::vector<RouteEndpoint>& endpoints
) {
    std::vector<Part> parts;
    double left = kWholeShare;
    for (const auto& split : splits) {
        const auto share = std::min<double>(split.share_millionths, left);
        parts.push_back({share, 0});
        left -= share;
    }
    parts.push_back({left, 0});
    for (const auto& each : endpoints) parts[part_of(each, splits)].weight += each.weight;
    return parts;
}

}  // namespace

std::string split_columns(const Dialect& dialect) {
    return "SELECT s.modid, s.cmdid, " + split_sum(dialect) + ", SUBSTR(s.tag, 1, " +
           std::to_string(kMaxTagLength + 1) + "), s.share";
}

std::string split_sum(const Dialect& dialect) {
    return fill(dialect.crc32, {{"values", "s.modid, s.cmdid, s.tag, s.share"}});
}

std::vector<ReadSplit> decode_splits(const TextTable& table) {
    std::vector<ReadSplit> all;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const auto module = decode_module(row[0], row[1]);
        const auto checksum = parse_column<std::uint64_t>(row[2]);
        if (!module || !checksum) continue;
        const auto share = parse_column<std::uint32_t>(row[4]);
        ReadSplit read{{*module, row[3], share.value_or(0)}, *checksum, false};
        read.usable = share && check_storable(read.row).has_value();
        all.push_back(std::move(read));
    }
    std::ranges::sort(all, {}, &ReadSplit::row);
    return all;
}

Result<void> check_storable(const SplitRow& split) {
    const auto refuse = [](const std::string& why) { return Error{ErrorKind::invalid, why}; };
    if (!split.module.valid()) return refuse("module " + to_string(split.module) + ": negative id");
    if (const auto why = why_no_tag(split.tag); !why.empty()) {
        return refuse("tag " + split.tag + ": " + std::string(why));
    }
    if (split.share_millionths > kWholeShare) return refuse("a share is at most 100 %");
    return {};
}

void apply_splits(const std::vector<SplitRow>& splits, std::vector<RouteEndpoint>& endpoints) {
    if (splits.empty()) return;
    const auto parts = parts_of(splits, endpoints);
    const auto is_there = [](const Part& part) { return part.weight > 0; };
    if (std::ranges::count_if(parts, is_there) < 2) return;
    // By which an endpoint's weight is multiplied; the largest result becomes kMaxWeight, so that
    // small shares keep their digits.
    const auto factor = [&](const RouteEndpoint& each) {
        const auto& part = parts[part_of(each, splits)];
        return part.weight > 0 ? part.share / part.weight : 0.0;
    };
    double largest = 0;
    for (const auto& each : endpoints) largest = std::max(largest, each.weight * factor(each));
    if (largest <= 0) return;
    std::vector<std::uint32_t> weights;
    weights.reserve(endpoints.size());
    for (const auto& each : endpoints) {
        const auto exact = each.weight * factor(each) / largest * kMaxWeight;
        // Whoever has a share at all isn't drained by rounding.
        weights.push_back(
            exact > 0 ? std::max(1U, static_cast<std::uint32_t>(std::lround(exact))) : 0
        );
    }
    for (std::size_t i = 0; i < endpoints.size(); ++i) endpoints[i].weight = weights[i];
}

}  // namespace lars::store
