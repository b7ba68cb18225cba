#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

namespace lars::lb {

/// One number that a policy can be given.
struct Parameter {
    std::string_view name;  ///< with its unit at the end, if it has one
    double default_value = 0;
    double min = 0;
    double max = 0;
    bool whole = false;     ///< whether it must be a whole number
    std::string_view help;  ///< what it is, and when to change it
};

/// Where a parameter's value is: a real number, a count, or a time in milliseconds.
using ParameterField = std::variant<double*, std::uint32_t*, std::chrono::milliseconds*>;

/// How the file of a policy declares a parameter of its `Options`. The default is what fresh
/// options have in the field.
template <class Options>
struct ParameterOf {
    std::string_view name;
    double min = 0;
    double max = 0;
    std::string_view help;
    ParameterField (*field)(Options&) = nullptr;
};

// Bounds of parameters that have none by nature: a day, and a number beyond any that makes sense,
// so that sums and products of the allowed values overflow nowhere.
inline constexpr double kDayMs = 86'400'000;
inline constexpr double kMany = 1'000'000;

/// Precondition: the value is in the parameter's range, and whole where that must be.
inline void write_field(const ParameterField& field, double value) {
    if (const auto* real = std::get_if<double*>(&field)) {
        **real = value;
    } else if (const auto* count = std::get_if<std::uint32_t*>(&field)) {
        **count = static_cast<std::uint32_t>(value);
    } else {
        using std::chrono::milliseconds;
        *std::get<milliseconds*>(field) = milliseconds(static_cast<std::int64_t>(value));
    }
}

inline double read_field(const ParameterField& field) {
    if (const auto* real = std::get_if<double*>(&field)) return **real;
    if (const auto* count = std::get_if<std::uint32_t*>(&field)) return **count;
    return double(std::get<std::chrono::milliseconds*>(field)->count());
}

inline bool is_whole(const ParameterField& field) {
    return !std::holds_alternative<double*>(field);
}

}  // namespace lars::lb
