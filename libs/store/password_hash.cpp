#include "store/password_hash.hpp"

#include "store/secret.hpp"

#include <argon2.h>

#include <array>

namespace lars::store {
namespace {

constexpr std::uint32_t kPasses = 2;
constexpr std::uint32_t kMemoryKiB = 19 * 1024;
constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;

}  // namespace

Result<std::string> hash_password(const std::string& password) {
    const auto salt = random_bytes(kSaltSize);
    std::array<char, 200> text{};
    const auto done = argon2id_hash_encoded(
        kPasses,
        kMemoryKiB,
        kLanes,
        password.data(),
        password.size(),
        salt.data(),
        salt.size(),
        kHashSize,
        text.data(),
        text.size()
    );
    if (done == ARGON2_OK) return std::string(text.data());
    return Error{ErrorKind::internal, std::string("Argon2: ") + argon2_error_message(done)};
}

bool matches_hash(const std::string& hash, const std::string& password) {
    return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

// Salt and hash are all zeros.
const std::string& unknown_hash() {
    static const std::string hash =
        "$argon2id$v=19$m=" + std::to_string(kMemoryKiB) + ",t=" + std::to_string(kPasses) +
        ",p=" + std::to_string(kLanes) + "$" + std::string(22, 'A') + "$" + std::string(43, 'A');
    return hash;
}

}  // namespace lars::store
