#pragma once

#include "http/url.hpp"
#include "runtime/asio.hpp"

#include <chrono>
#include <string>

namespace lars::http {

struct PostResult {
    error_code error;  ///< why there is none
    unsigned status = 0;
    std::string body;
};

/// Posts JSON over a connection of its own. Connecting may take as long as the timeout, and the
/// exchange once more.
Awaitable<PostResult> post_json(
    asio::any_io_executor executor, Url url, std::string json, std::chrono::milliseconds timeout
);

}  // namespace lars::http
