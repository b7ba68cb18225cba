#pragma once

#include <cstddef>
#include <cstdint>

namespace lars::reporter {

/// How many agents may be connected so that the store, the pages and the receivers of alerts get
/// the descriptors that they need: of `wanted` as many as a process with so many descriptors can
/// have. Else agents would take them all, and nothing they bring could be stored.
std::uint32_t agents_within(std::uint32_t wanted, std::size_t descriptors, std::size_t threads);

/// How many descriptors this process may have.
std::size_t descriptor_limit();

}  // namespace lars::reporter
