#pragma once

#include "lars/client.hpp"

#include <system_error>

namespace lars {

/// Of lars::Code: what std::error_code has as its category.
const std::error_category& error_category();

inline std::error_code make_error_code(Code code) {
    return {static_cast<int>(code), error_category()};
}

/// Why there is no node, for who takes exceptions: code() is a lars::Code.
class Error : public std::system_error {
public:
    using std::system_error::system_error;
};

}  // namespace lars

/// So that `std::error_code error = choice.code;` and `error == lars::Code::overload` are right.
template <>
struct std::is_error_code_enum<lars::Code> : std::true_type {};
