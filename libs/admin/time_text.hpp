#pragma once

#include "store/unix_time.hpp"

#include <string>

namespace lars::admin {

/// "2026-11-26 21:00:05", in UTC.
std::string time_text(store::UnixTime time);

}  // namespace lars::admin
