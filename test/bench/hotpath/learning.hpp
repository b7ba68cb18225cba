#pragma once

#include <cstdint>
#include <vector>

namespace lars::bench {

/// Asks for modules first_module/1 to (first_module + modules - 1)/1 until each was answered with
/// a host. Throws when an agent doesn't come to know more of them.
void learn_modules(
    const std::vector<std::uint16_t>& ports, std::int32_t first_module, std::int32_t modules
);

/// The same by their names.
void learn_names(
    const std::vector<std::uint16_t>& ports, std::int32_t first_module, std::int32_t modules
);

}  // namespace lars::bench
