#include "admin/time_text.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

namespace lars::admin {

std::string time_text(store::UnixTime time) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(time));
}

}  // namespace lars::admin
