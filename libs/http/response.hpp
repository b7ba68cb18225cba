#pragma once

#include <string>

namespace lars::http {

inline constexpr const char* kTextType = "text/plain; charset=utf-8";
inline constexpr const char* kJsonType = "application/json";

/// What a page answers.
struct Response {
    unsigned status = 200;
    std::string body;
    std::string content_type = kTextType;
};

}  // namespace lars::http
