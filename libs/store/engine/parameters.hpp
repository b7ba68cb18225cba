#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lars::store {

/// The values of a statement's question marks, in their order: numbers, UTF-8 texts and bytes.
class Parameters {
public:
    enum class Kind : std::uint8_t { number, text, bytes };
    struct Value {
        Kind kind = Kind::number;
        std::uint32_t size = 0;    ///< of a text or of bytes
        std::uint64_t number = 0;  ///< of a text or of bytes: where they begin in data()
    };

    Parameters() = default;
    template <class First, class... Rest>
    requires(!std::same_as<First, Parameters>) explicit Parameters(
        const First& first, const Rest&... rest
    ) {
        add(first);
        (add(rest), ...);
    }

    Parameters& add(std::uint64_t number) {
        values_.push_back({.number = number});
        return *this;
    }
    Parameters& add(std::string_view text) { return add(Kind::text, text.data(), text.size()); }
    Parameters& add(std::span<const std::uint8_t> bytes) {
        return add(Kind::bytes, reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    /// Those of another statement, behind these.
    void append(const Parameters& other) {
        for (auto value : other.values_) {
            if (value.kind != Kind::number) value.number += data_.size();
            values_.push_back(value);
        }
        data_ += other.data_;
    }

    /// What the database's library binds to; valid until the next add().
    std::vector<Value>& values() { return values_; }
    char* data() { return data_.data(); }

private:
    Parameters& add(Kind kind, const char* begin, std::size_t size) {
        values_.push_back({kind, static_cast<std::uint32_t>(size), data_.size()});
        data_.append(begin, size);
        return *this;
    }

    std::vector<Value> values_;
    std::string data_;  // all texts and bytes, so that a row of them allocates nothing of its own
};

}  // namespace lars::store
