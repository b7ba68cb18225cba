#pragma once

#include <cstddef>
#include <string_view>

namespace lars {

// A module's other key, for people and programs: labels of a to z, 0 to 9 and '-', 1 to 63
// characters each, joined by dots: "payments", "batch-get.live-list". A text of digits alone is an
// id and never a name, and no label begins or ends with '-', so that each name can be a DNS name as
// well.

inline constexpr std::size_t kMaxNameLength = 200;

/// Why a text is no module's name, in words that follow "name ...: "; empty when it may be one.
std::string_view why_no_name(std::string_view text);

}  // namespace lars
