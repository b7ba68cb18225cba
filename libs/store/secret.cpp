#include "store/secret.hpp"

#include "store/engine/result.hpp"

#include <openssl/evp.h>
#include <sys/random.h>

#include <cerrno>

namespace lars::store {

Sha256 sha256_of(std::string_view text) {
    Sha256 hash{};
    if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        throw Failure(ErrorKind::internal, "libcrypto has no SHA-256");
    }
    return hash;
}

std::vector<std::uint8_t> random_bytes(std::size_t count) {
    std::vector<std::uint8_t> bytes(count);
    std::size_t done = 0;
    while (done < count) {
        const auto got = ::getrandom(bytes.data() + done, count - done, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Failure(ErrorKind::internal, "the system gives no random bytes");
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string hex_of(std::span<const std::uint8_t> bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string to_base64url(std::span<const std::uint8_t> bytes) {
    constexpr const char* kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const auto byte : bytes) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
    }
    if (count > 0) text += kDigits[bits << (6 - count) & 63];
    return text;
}

}  // namespace lars::store
