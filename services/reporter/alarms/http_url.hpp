#pragma once

#include "net/peer_address.hpp"

#include <string>

namespace lars::reporter {

/// Where an HTTP server takes requests.
struct HttpUrl {
    net::PeerAddress peer;
    std::string target = "/";  ///< path and query

    friend bool operator==(const HttpUrl&, const HttpUrl&) = default;
};

/// "http://host[:port][/path]". Throws std::invalid_argument with what is allowed.
HttpUrl parse_http_url(const std::string& text);
/// Without the path, which may be secret.
std::string origin_of(const HttpUrl& url);

}  // namespace lars::reporter
