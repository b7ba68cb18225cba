#pragma once

#include "console/doorman.hpp"
#include "http/page.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace lars::console {

/// The pages of one part of the API, below /api/v1. What a handler throws as BadRequest is answered
/// with status 400 and the field.
class PageSet {
public:
    explicit PageSet(Doorman& doorman) : doorman_(doorman) {}

    using Handler = std::function<Awaitable<http::Response>(http::Request)>;

    void get(const std::string& path, const char* usage, Handler handler) {
        add("GET", path, usage, store::Role::read, 0, std::move(handler));
    }
    void add(
        const char* method,
        const std::string& path,
        const char* usage,
        store::Role role,
        std::size_t max_body,
        Handler handler
    );

    std::vector<http::Page> take() { return std::move(pages_); }

private:
    Doorman& doorman_;
    std::vector<http::Page> pages_;
};

/// A handler whose BadRequest is answered, not thrown; also where nobody has to be signed in.
PageSet::Handler answering_bad_requests(PageSet::Handler handler);

}  // namespace lars::console
