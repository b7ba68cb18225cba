#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lars::agent {

/// The body of a request, parted at its field 17, the name: a message would copy that to the heap.
/// What stands before and behind it is a body without a name, in two parts to be merged.
struct NameField {
    std::span<const std::uint8_t> before;  ///< the whole body when there is no name
    std::string_view name;
    std::span<const std::uint8_t> behind;
};

/// A body that isn't well-formed is left whole.
NameField part_at_name(std::span<const std::uint8_t> body);

}  // namespace lars::agent
