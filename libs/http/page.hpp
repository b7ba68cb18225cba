#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "runtime/asio.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace lars::http {

/// What a server answers at one path.
struct Page {
    /// As match_path() has it.
    std::string path;
    std::string usage;  ///< half a line, shown to those who ask for a page that isn't there
    /// Runs on the server's executor and must not block it; it may wait. It is cancelled when the
    /// server stops, and joined.
    std::function<Awaitable<Response>(Request)> answer;
    std::string method = "GET";
    std::size_t max_body = 0;  ///< bytes; a request with a larger body is refused
    /// Asked before the body is read: why the request is refused, or nothing. It may say who asks
    /// (Request::caller).
    std::function<Awaitable<std::optional<Response>>(Request&)> admit{};
};

}  // namespace lars::http
