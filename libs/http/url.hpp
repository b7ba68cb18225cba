#pragma once

#include "runtime/peer_address.hpp"

#include <string>
#include <vector>

namespace lars::http {

/// Where an HTTP server takes requests.
struct Url {
    runtime::PeerAddress peer;
    std::string target = "/";  ///< path and query, encoded

    friend bool operator==(const Url&, const Url&) = default;
};

/// "http://host[:port][/path[?query]]", port 80 unless said. Throws std::invalid_argument with what
/// is allowed.
Url parse_url(const std::string& text);
/// Several, separated by commas; nothing in an empty text. Throws like parse_url.
std::vector<Url> parse_urls(const std::string& text);

/// Without the path, which may be secret.
std::string origin_of(const Url& url);
/// Without a path that is only "/".
std::string to_string(const Url& url);
/// Several, separated by commas.
std::string to_string(const std::vector<Url>& urls);

}  // namespace lars::http
