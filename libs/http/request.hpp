#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace lars::http {

/// What a client asks for. A page gets it by value.
struct Request {
    std::string path;                          ///< decoded, without the query
    std::map<std::string, std::string> query;  ///< decoded; of a name given twice, the last value
};

/// Takes a request's target apart: "/debug/modules?limit=10&after=1%2F2". A name without a value
/// has an empty one, and '+' stands for itself. Nothing when the target isn't a path that begins
/// with '/', or has characters or percent-encodings that RFC 3986 doesn't allow.
std::optional<Request> parse_target(std::string_view target);

}  // namespace lars::http
