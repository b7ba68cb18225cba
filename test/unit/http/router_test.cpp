#include "http/router.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::http;

namespace {

Page page(const std::string& path, const std::string& usage, const std::string& method = "GET") {
    Page page;
    page.path = path;
    page.usage = usage;
    page.method = method;
    return page;
}

Router sample() {
    Router router;
    router.add(page("/things", "all"));
    router.add(page("/things", "a new one", "POST"));
    router.add(page("/things/", "one"));
    router.add(page("/things/special", "never"));
    router.add(page("/users/{name}/keys/{key}", "a key", "DELETE"));
    return router;
}

Request ask(const std::string& path, const std::string& method = "GET") {
    Request request;
    request.path = path;
    request.method = method;
    return request;
}

std::string found(const std::string& path, const std::string& method = "GET") {
    const auto router = sample();
    auto request = ask(path, method);
    const auto match = router.match(request);
    return match.page ? match.page->usage : std::to_string(match.refusal.status);
}

}  // namespace

TEST_CASE("a page stands for its path, and one that ends in a slash for all below") {
    CHECK(found("/things") == "all");
    CHECK(found("/things/1/2") == "one");
    CHECK(found("/thing") == "404");
    CHECK(found("") == "404");
}

TEST_CASE("of pages that match, the one that was added first answers") {
    CHECK(found("/things/special") == "one");
}

TEST_CASE("placeholders are one segment each, and the request has what they are") {
    const auto router = sample();
    auto request = ask("/users/o'hara/keys/17", "DELETE");
    REQUIRE(router.match(request).page);
    CHECK(request.parameter("name") == "o'hara");
    CHECK(request.parameter("key") == "17");
    CHECK(request.parameter("other").empty());
    CHECK(found("/users//keys/17", "DELETE") == "404");
    CHECK(found("/users/a/b/keys/17", "DELETE") == "404");
    CHECK(found("/users/a/keys/17/", "DELETE") == "404");
    CHECK(found("/users/a/keys/", "DELETE") == "404");
}

TEST_CASE("a method that a path doesn't have is refused with those that it has") {
    CHECK(found("/things", "POST") == "a new one");
    const auto router = sample();
    auto request = ask("/things", "PUT");
    const auto refusal = router.match(request).refusal;
    CHECK(refusal.status == 405);
    CHECK(refusal.fields == std::vector<Field>{{"Allow", "GET, POST, HEAD"}});
}

TEST_CASE("whoever asks for a page that isn't there is shown those that are") {
    const auto router = sample();
    auto request = ask("/nothing");
    const auto answer = router.match(request).refusal;
    CHECK(answer.status == 404);
    CHECK(answer.body.find("/things/  one\n") != std::string::npos);
}

TEST_CASE("errors of a part of the paths are told in its own way") {
    auto router = sample();
    router.render_errors("/api/", [](unsigned status, const std::string& why) {
        return Response{.status = status, .body = '"' + why + '"'};
    });
    auto request = ask("/api/nothing");
    CHECK(router.match(request).refusal.body == "\"there is no such page\"");
    request = ask("/other");
    CHECK(router.match(request).refusal.body.find("/things") != std::string::npos);
}
