#pragma once

#include "runtime/peer_address.hpp"

#include <string>

namespace lars::http {

/// Where an HTTP server takes requests.
struct Url {
    runtime::PeerAddress peer;
    std::string target = "/";  ///< path and query

    friend bool operator==(const Url&, const Url&) = default;
};

/// "http://host[:port][/path]". Throws std::invalid_argument with what is allowed.
Url parse_url(const std::string& text);
/// Without the path, which may be secret.
std::string origin_of(const Url& url);

}  // namespace lars::http
