#include "console/page_set.hpp"

#include "console/answers.hpp"
#include "console/bad_request.hpp"

namespace lars::console {
namespace {

Awaitable<http::Response> answer(PageSet::Handler handler, http::Request request) {
    try {
        auto handling = handler(std::move(request));
        auto response = co_await std::move(handling);
        co_return response;
    } catch (const BadRequest& wrong) {
        co_return error_answer(400, wrong.what(), wrong.field());
    }
}

}  // namespace

PageSet::Handler answering_bad_requests(PageSet::Handler handler) {
    return [handler = std::move(handler)](http::Request request) {
        return answer(handler, std::move(request));
    };
}

void PageSet::add(
    const char* method,
    const std::string& path,
    const char* usage,
    store::Role role,
    std::size_t max_body,
    Handler handler
) {
    http::Page page{"/api/v1" + path, usage, answering_bad_requests(std::move(handler))};
    page.method = method;
    page.max_body = max_body;
    page.admit = doorman_.admit(role);
    pages_.push_back(std::move(page));
}

}  // namespace lars::console
