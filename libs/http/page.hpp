#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "runtime/asio.hpp"

#include <functional>
#include <string>

namespace lars::http {

/// What a server answers at one path.
struct Page {
    /// One that ends in '/' stands for all paths that begin with it.
    std::string path;
    std::string usage;  ///< half a line, shown to those who ask for a page that isn't there
    /// Runs on the server's executor and must not block it; it may wait. It is cancelled when the
    /// server stops, and joined.
    std::function<Awaitable<Response>(Request)> answer;
};

}  // namespace lars::http
