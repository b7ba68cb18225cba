#pragma once

#include "net/asio.hpp"
#include "reporter/alarms/http_url.hpp"

#include <chrono>
#include <string>

namespace lars::reporter {

struct HttpAnswer {
    net::error_code error;  ///< why there is none
    unsigned status = 0;
    std::string body;
};

/// Posts JSON over a connection of its own. Connecting may take as long as the timeout, and the
/// exchange once more.
net::Awaitable<HttpAnswer> post_json(
    net::asio::any_io_executor executor,
    HttpUrl url,
    std::string json,
    std::chrono::milliseconds timeout
);

}  // namespace lars::reporter
