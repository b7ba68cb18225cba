#pragma once

#include "runtime/asio.hpp"

#include <functional>
#include <map>
#include <string>

namespace lars::http {

inline constexpr const char* kTextType = "text/plain; charset=utf-8";
inline constexpr const char* kJsonType = "application/json";

struct Request {
    std::string path;                          ///< without the query
    std::map<std::string, std::string> query;  ///< decoded
};

struct Response {
    unsigned status = 200;
    std::string body;
    std::string content_type = kTextType;
};

/// A page of the admin server.
struct Page {
    /// One that ends in '/' stands for all that begin with it.
    std::string path;
    std::string usage;  ///< half a line, shown to who asks for what isn't there
    /// Runs on the admin server's executor, and must not hold it up: it may wait. A coroutine takes
    /// the request by value.
    std::function<Awaitable<Response>(Request)> answer;
};

}  // namespace lars::http
