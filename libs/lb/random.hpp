#pragma once

#include <cstdint>
#include <limits>
#include <utility>

namespace lars::lb {

/// A generator of random bits for choices, not for secrets: SplitMix64, of Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators" (2014). One for each thread.
class Random {
public:
    using result_type = std::uint64_t;

    explicit Random(std::uint64_t seed) : state_(seed) {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }

    result_type operator()() {
        state_ += 0x9E3779B97F4A7C15ULL;
        auto mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }

    /// From 0 up to, and without, 1.
    float unit() { return static_cast<float>((*this)() >> 40) * 0x1p-24F; }

private:
    std::uint64_t state_;
};

/// Maps 32 random bits to 0 … bound - 1 by a multiplication (Lemire, "Fast random integer
/// generation in an interval", 2019, without its rejection); the bias is at most bound / 2^32.
constexpr std::uint32_t scaled(std::uint32_t bits, std::uint32_t bound) {
    return static_cast<std::uint32_t>((std::uint64_t{bits} * bound) >> 32);
}

/// Two different indices below `size`, each pair as likely as any other. Precondition: size >= 2.
inline std::pair<std::uint32_t, std::uint32_t> two_below(std::uint32_t size, Random& random) {
    const auto bits = random();
    const auto first = scaled(static_cast<std::uint32_t>(bits), size);
    auto second = scaled(static_cast<std::uint32_t>(bits >> 32), size - 1);
    second += second >= first;
    return {first, second};
}

}  // namespace lars::lb
