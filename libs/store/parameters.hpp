#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace lars::store {

/// What a statement's question marks stand for, in its order: numbers, and bytes of at most 16.
class Parameters {
public:
    struct Value {
        static constexpr std::uint8_t kNumber = 0xFF;

        std::uint64_t number = 0;
        std::array<std::uint8_t, 16> bytes{};
        std::uint8_t size = kNumber;  ///< of the bytes

        bool is_number() const { return size == kNumber; }
    };

    Parameters& add(std::uint64_t number) {
        values_.push_back({.number = number});
        return *this;
    }
    Parameters& add(std::span<const std::uint8_t> bytes) {
        Value value{.size = static_cast<std::uint8_t>(std::min<std::size_t>(bytes.size(), 16))};
        std::copy_n(bytes.begin(), value.size, value.bytes.begin());
        values_.push_back(value);
        return *this;
    }
    void reserve(std::size_t count) { values_.reserve(count); }

    std::vector<Value>& values() { return values_; }
    const std::vector<Value>& values() const { return values_; }

private:
    std::vector<Value> values_;
};

}  // namespace lars::store
