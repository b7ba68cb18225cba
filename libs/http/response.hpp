#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lars::http {

class EventQueue;

inline constexpr const char* kTextType = "text/plain; charset=utf-8";
inline constexpr const char* kJsonType = "application/json";

/// A field of a head: name and value.
using Field = std::pair<std::string, std::string>;

/// What a page answers.
struct Response {
    unsigned status = 200;
    std::string body;
    std::string content_type = kTextType;
    std::vector<Field> fields{};  ///< further ones; a name may stand several times
    /// In place of the body, and as long as the process lives.
    std::string_view fixed_body{};
    /// In place of any body: what is sent as long as the queue isn't ended.
    std::shared_ptr<EventQueue> events{};
};

}  // namespace lars::http
