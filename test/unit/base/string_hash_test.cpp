#include "base/string_hash.hpp"

#include "support/catch.hpp"

#include <string>

using namespace lars;

// docs/protocol.md has the same, for clients of other languages.
TEST_CASE("a text's hash is the same in all languages") {
    CHECK(string_hash("") == 0xEFD01F60BA992926);
    CHECK(string_hash("a") == 0x82A2A958A9BECE5B);
    CHECK(string_hash("user-1") == 0x41A2FCA5C68401C5);
    CHECK(string_hash("user-2") == 0xA9F4AD0C2263143B);
    CHECK(
        string_hash("gr\xC3\xBC\xC3\x9F"
                    "e") == 0xEE29EAA8207E2BFB
    );
    CHECK(string_hash(std::string_view("\0", 1)) == 0xB9034AD37056F5FB);
    CHECK(string_hash(std::string(100, 'x')) == 0x43777B34A05BE89D);
}
