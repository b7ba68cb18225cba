#pragma once

#include "lb/group.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace lars::lb {

/// The endpoints of a route by tag. All tags are found when it is made, each tag's group when it is
/// first asked for: so a tag that nobody has costs a search, and memory is bounded by the tags that
/// the route has, whatever callers ask for.
class TagGroups {
public:
    /// The endpoint table outlives it.
    explicit TagGroups(const EndpointTable& endpoint_table);

    /// Null when no active endpoint has the tag.
    Group* find(std::string_view tag);
    /// The active endpoints whose addresses an original client understands; null when there are
    /// none.
    Group* ipv4();

private:
    struct Tag {
        std::string_view text;
        std::size_t begin = 0;  // of its slots in slots_, up to where the next tag's begin
        std::unique_ptr<Group> group;
    };

    const EndpointTable& endpoint_table_;
    std::vector<Tag> tags_;  // sorted
    std::vector<Slot> slots_;
    std::unique_ptr<Group> ipv4_;
};

}  // namespace lars::lb
