#pragma once

#include "store/route_split.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lars::admin {

/// "5%", "0.25 %" or "5" in millionths of the whole; up to four digits behind the point.
std::optional<std::uint32_t> parse_share(std::string text);
/// "0.25 %".
std::string share_text(const store::SplitRow& split);

}  // namespace lars::admin
