#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars {

// Tags of an endpoint, by which callers choose a subset: "key=value", each key once. The canonical
// form of several is sorted and joined by commas: "stage=canary,version=2". A key has 1 to 63
// letters, digits, '.', '_' and '-'; a value up to 63 of these and of "/:@+".

inline constexpr std::size_t kMaxTagLength = 127;
inline constexpr std::size_t kMaxTagsLength = 255;

/// Why a text is no tag, in words that follow "tag ...: "; empty when it is one.
std::string_view why_no_tag(std::string_view text);

/// The canonical form of several tags, in any order and as often as they like; nothing when one of
/// them is none, a key has two values, or the whole is longer than kMaxTagsLength.
std::optional<std::string> canonical_tags(std::vector<std::string> tags);
/// The same of a text that has commas between them; the empty one has no tags.
std::optional<std::string> canonical_tags(std::string_view text);

/// Calls `visit` with each tag of a canonical text.
template <class Visit>
void for_each_tag(std::string_view tags, Visit visit) {
    while (!tags.empty()) {
        const auto comma = tags.find(',');
        visit(tags.substr(0, comma));
        tags = comma == tags.npos ? std::string_view() : tags.substr(comma + 1);
    }
}

/// Whether a canonical text has the tag.
bool has_tag(std::string_view tags, std::string_view tag);

}  // namespace lars
