#include "store/module_content.hpp"

#include "support/catch.hpp"

using namespace lars;
using store::ModuleContent;

namespace {

constexpr ModuleId kModule{1, 2};

ModuleContent content() {
    ModuleContent made;
    made.rows.push_back({kModule, *parse_endpoint("10.0.0.1:80"), 7, "", "eu-1/a", "a=1,b=2"});
    made.rows.push_back({kModule, *parse_endpoint("[2001:db8::1]:81"), 0, "", "", ""});
    made.rows.push_back({kModule, Endpoint{.address = {}, .port = 82}, 100, "db.example", "", ""});
    made.splits.push_back({kModule, "a=1", 50'000});
    return made;
}

}  // namespace

TEST_CASE("a content is written as JSON, and read from it") {
    CHECK(
        store::json_of(content()) ==
        R"({"endpoints":[{"host":"10.0.0.1","port":80,"weight":7,"zone":"eu-1/a",)"
        R"("tags":["a=1","b=2"]},{"host":"2001:db8::1","port":81,"weight":0,"zone":"","tags":[]},)"
        R"({"host":"db.example","port":82,"weight":100,"zone":"","tags":[]}],)"
        R"("splits":[{"tag":"a=1","share_millionths":50000}]})"
    );
    CHECK(store::parse_content(kModule, store::json_of(content())) == content());
    CHECK(store::json_of({}) == R"({"endpoints":[],"splits":[]})");
    CHECK(store::parse_content(kModule, store::json_of({})) == ModuleContent());
}

TEST_CASE("what isn't a content isn't read") {
    for (const auto* text :
         {"",
          "{}",
          "[]",
          R"({"endpoints":[]})",
          R"({"endpoints":[{}],"splits":[]})",
          R"({"endpoints":[{"host":"a","port":70000,"weight":1,"zone":"","tags":[]}],"splits":[]})",
          R"({"endpoints":[{"host":"a","port":1,"weight":1,"zone":"","tags":["x"]}],"splits":[]})",
          R"({"endpoints":[{"host":1,"port":1,"weight":1,"zone":"","tags":[]}],"splits":[]})"}) {
        CAPTURE(text);
        CHECK_FALSE(store::parse_content(kModule, text));
    }
}

TEST_CASE("the etag differs when anything of the content does") {
    const auto etag = store::etag_of(content());
    CHECK(etag.size() == 16);
    CHECK(etag.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(store::etag_of(content()) == etag);
    CHECK(store::etag_of({}) != etag);
    const auto differs = [&etag](void (*change)(ModuleContent&)) {
        auto changed = content();
        change(changed);
        return store::etag_of(changed) != etag;
    };
    CHECK(differs([](ModuleContent& all) { all.rows.pop_back(); }));
    CHECK(differs([](ModuleContent& all) { all.rows[0].endpoint.port = 90; }));
    CHECK(differs([](ModuleContent& all) { all.rows[0].weight = 8; }));
    CHECK(differs([](ModuleContent& all) { all.rows[0].zone = "eu-1/b"; }));
    CHECK(differs([](ModuleContent& all) { all.rows[0].tags = "a=1"; }));
    CHECK(differs([](ModuleContent& all) { all.rows[2].host = "db2.example"; }));
    CHECK(differs([](ModuleContent& all) { all.splits[0].share_millionths = 1; }));
    CHECK(differs([](ModuleContent& all) { all.splits.clear(); }));
}
