#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace lars::http {

/// The moment that a Date header says: "Tue, 15 Nov 2023 12:00:00 GMT". Nothing: it isn't one.
std::optional<std::chrono::sys_seconds> parse_date(const std::string& text);

}  // namespace lars::http
