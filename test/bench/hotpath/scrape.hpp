#pragma once

#include <cstdint>
#include <string>

namespace lars::bench {

/// The text of /metrics at that loopback port.
std::string scrape(std::uint16_t admin_port);

/// The value of one line of it, such as `lars_bad_input_total{kind="short_header"}`. Throws when
/// there is none.
double value_of(const std::string& metrics, const std::string& name);

}  // namespace lars::bench
