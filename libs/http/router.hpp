#pragma once

#include "http/page.hpp"

#include <string_view>
#include <vector>

namespace lars::http {

/// Which page answers which request. Filled before it serves; then read by one executor.
class Router {
public:
    /// Of pages that match the same path, the one that was added first answers.
    void add(Page page) { pages_.push_back(std::move(page)); }

    /// The page at a path; nullptr: there is none.
    const Page* find(std::string_view path) const;
    /// What the page says; status 404 and the list of pages when there is none, 400 when the target
    /// can't be read.
    Awaitable<Response> answer(std::string target) const;

private:
    Response list_pages() const;

    std::vector<Page> pages_;
};

}  // namespace lars::http
