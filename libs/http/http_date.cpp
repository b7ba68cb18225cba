#include "http/http_date.hpp"

#include <ctime>

namespace lars::http {

// No program of ours sets a locale, in which names of days and months would differ.
std::optional<std::chrono::sys_seconds> parse_date(const std::string& text) {
    std::tm utc{};
    const auto* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    if (!end || *end != '\0') return {};
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&utc)));
}

}  // namespace lars::http
