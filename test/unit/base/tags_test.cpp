#include "base/tags.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace lars {
namespace {

TEST_CASE("tags are sorted, and each stands once") {
    CHECK(canonical_tags("") == "");
    CHECK(canonical_tags("version=2,stage=canary,version=2") == "stage=canary,version=2");
    CHECK(canonical_tags(std::vector<std::string>{"b=", "a=1"}) == "a=1,b=");
    CHECK(canonical_tags("a-b=1,a=2") == "a-b=1,a=2");
}

TEST_CASE("a tag that isn't one spoils the whole") {
    for (const auto* bad :
         {"a", "=1", "a=1,", ",", "a=1,,b=2", "a=1,a=2", "a =1", "a=1=2", "a=\"1\""}) {
        CAPTURE(bad);
        CHECK_FALSE(canonical_tags(bad));
    }
    CHECK(canonical_tags(std::string(63, 'k') + "=" + std::string(63, 'v')));
    CHECK_FALSE(canonical_tags(std::string(64, 'k') + "=v"));
    CHECK_FALSE(canonical_tags("k=" + std::string(64, 'v')));
    std::string many;
    for (char c = 'a'; c <= 'z'; ++c) {
        many += std::string(many.empty() ? "" : ",") + c + "=" + "12345678";
    }
    CHECK_FALSE(canonical_tags(many));
}

TEST_CASE("a tag is found as a whole") {
    CHECK(has_tag("stage=canary,version=2", "version=2"));
    CHECK(has_tag("stage=canary,version=2", "stage=canary"));
    CHECK_FALSE(has_tag("stage=canary,version=22", "version=2"));
    CHECK_FALSE(has_tag("subversion=2", "version=2"));
    CHECK_FALSE(has_tag("", "version=2"));
}

}  // namespace
}  // namespace lars
