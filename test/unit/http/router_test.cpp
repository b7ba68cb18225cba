#include "http/router.hpp"

#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

using namespace lars;
using namespace lars::http;

namespace {

Page page(const std::string& path, const std::string& text) {
    const auto answer = [text](Request) -> Awaitable<Response> {
        co_return Response{.body = text};
    };
    return {path, "about " + text, answer};
}

Router sample() {
    Router router;
    router.add(page("/things", "all"));
    router.add(page("/things/", "one"));
    router.add(page("/things/special", "never"));
    return router;
}

Response ask(const Router& router, const std::string& target) {
    asio::io_context context;
    auto answer = asio::co_spawn(context, router.answer(target), asio::use_future);
    context.run();
    return answer.get();
}

}  // namespace

TEST_CASE("a page stands for its path, and one that ends in a slash for all below") {
    const auto router = sample();
    REQUIRE(router.find("/things"));
    CHECK(router.find("/things")->usage == "about all");
    CHECK(router.find("/things/1/2")->usage == "about one");
    CHECK(router.find("/thing") == nullptr);
    CHECK(router.find("") == nullptr);
}

TEST_CASE("of pages that match, the one that was added first answers") {
    CHECK(ask(sample(), "/things/special").body == "one");
}

TEST_CASE("whoever asks for a page that isn't there is shown those that are") {
    const auto answer = ask(sample(), "/nothing?x=1");
    CHECK(answer.status == 404);
    CHECK(answer.body.find("/things/  about one\n") != std::string::npos);
}

TEST_CASE("a target that can't be read gets status 400") {
    CHECK(ask(sample(), "nothing").status == 400);
}
