#include "store/secret.hpp"

#include "store/password_hash.hpp"
#include "support/catch.hpp"

using namespace lars::store;

namespace {

std::string base64url(std::string_view text) {
    return to_base64url(std::vector<std::uint8_t>(text.begin(), text.end()));
}

}  // namespace

TEST_CASE("SHA-256 is that of FIPS 180") {
    CHECK(
        hex_of(sha256_of("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    CHECK(
        hex_of(sha256_of("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

TEST_CASE("base64url has no padding") {
    CHECK(base64url("").empty());
    CHECK(base64url("f") == "Zg");
    CHECK(base64url("fo") == "Zm8");
    CHECK(base64url("foo") == "Zm9v");
    CHECK(base64url("foob") == "Zm9vYg");
    CHECK(base64url("\xFB\xFF\xFE") == "-__-");
}

TEST_CASE("random bytes are others each time") {
    CHECK(random_bytes(32).size() == 32);
    CHECK(random_bytes(32) != random_bytes(32));
}

TEST_CASE("a password matches its own hash, and no other") {
    const auto hash = hash_password("correct horse").value();
    CHECK(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(hash.size() < 200);
    CHECK(matches_hash(hash, "correct horse"));
    CHECK_FALSE(matches_hash(hash, "correct horsf"));
    CHECK_FALSE(matches_hash(hash, ""));
    CHECK(hash_password("correct horse").value() != hash);
    CHECK_FALSE(matches_hash("no hash", "correct horse"));
    CHECK_FALSE(matches_hash(unknown_hash(), "correct horse"));
    // As long as another: it has the same form and costs.
    CHECK(unknown_hash().size() == hash.size());
}
