#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lars {

// A name of the DNS, in lower case and without the last dot: "db.example". Labels of letters,
// digits, '-' and '_', 1 to 63 characters, joined by dots; the last one isn't a number, so that no
// mistyped address is taken for a name.

inline constexpr std::size_t kMaxHostName = 253;

/// Why a text names no host, in words that follow "host ...: "; empty when it names one.
std::string_view why_no_host_name(std::string_view text);

/// What is written with capitals or with the last dot, as it is kept. Not checked.
std::string canonical_host_name(std::string_view text);

}  // namespace lars
