#include "http/router.hpp"

#include <algorithm>

namespace lars::http {

const Page* Router::find(std::string_view path) const {
    const auto matches = [path](const Page& page) {
        return page.path.ends_with('/') ? path.starts_with(page.path) : path == page.path;
    };
    const auto page = std::find_if(pages_.begin(), pages_.end(), matches);
    return page == pages_.end() ? nullptr : &*page;
}

Awaitable<Response> Router::answer(std::string target) const {
    auto request = parse_target(target);
    if (!request) co_return Response{.status = 400, .body = "not a path such as /metrics\n"};
    const auto* const page = find(request->path);
    if (!page) co_return list_pages();
    auto answering = page->answer(std::move(*request));
    co_return co_await std::move(answering);
}

Response Router::list_pages() const {
    Response answer{.status = 404, .body = "there is no such page; there are:\n"};
    for (const auto& page : pages_) answer.body += page.path + "  " + page.usage + '\n';
    return answer;
}

}  // namespace lars::http
