#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lars {

// Where an endpoint or an agent is: "region/zone", or "region" alone. Each part is of letters,
// digits,
// '.', '_' and '-'.

inline constexpr std::size_t kMaxZoneLength = 64;

/// Why a text names no zone, in words that follow "zone ...: "; empty when it names one, or is
/// empty itself, which says that the zone isn't known.
std::string_view why_no_zone(std::string_view text);

/// From near to far.
enum class Nearness : std::uint8_t { same_zone, same_region, elsewhere };
inline constexpr std::size_t kNearnessLevels = 3;

/// "same_zone", "same_region" or "elsewhere".
std::string_view to_string(Nearness nearness);

/// How near two zones are. One that isn't known, or a region alone, is in no zone of its region.
/// Precondition: both are ones.
Nearness nearness(std::string_view a, std::string_view b);

}  // namespace lars
