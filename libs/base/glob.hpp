#pragma once

#include <string_view>

namespace lars {

/// Whether a text matches a pattern, in which '*' stands for any text, and for none: "batch-*".
constexpr bool matches(std::string_view pattern, std::string_view text) {
    // Where to go on when what follows the last '*' doesn't fit: with one character more in it.
    std::size_t star = std::string_view::npos;
    std::size_t in_star = 0;
    std::size_t p = 0;
    std::size_t t = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            in_star = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++in_star;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace lars
