#pragma once

#include "http/url.hpp"
#include "runtime/asio.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lars::http {

/// What a server answered.
struct PostResult {
    error_code error;  ///< why there is no answer
    unsigned status = 0;
    std::string body;                              ///< of at most 64 KiB; a longer one is an error
    std::optional<std::chrono::sys_seconds> date;  ///< by the server's clock, if it says so
};

/// Posts JSON over a connection of its own. Connecting may take as long as the timeout, and the
/// exchange as long again. Runs on `executor`; can be cancelled.
Awaitable<PostResult> post_json(
    asio::any_io_executor executor, Url url, std::string json, std::chrono::milliseconds timeout
);

/// The status of a page.
struct GetResult {
    error_code error;  ///< why there is no answer
    unsigned status = 0;
};

/// Gets a page over a connection of its own, with these headers besides ("Name: value"), and leaves
/// its content unread. Connecting may take as long as the timeout, and the exchange what is left of
/// it. Runs on `executor`; can be cancelled.
Awaitable<GetResult> get(
    asio::any_io_executor executor,
    Url url,
    std::vector<std::string> headers,
    std::chrono::milliseconds timeout
);

}  // namespace lars::http
