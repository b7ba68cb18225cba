#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace lars::console {

/// What a request says can't be done: which field is at fault, and what is allowed there.
class BadRequest : public std::invalid_argument {
public:
    BadRequest(std::string field, const std::string& why)
        : std::invalid_argument(why), field_(std::move(field)) {}

    /// "endpoints[3].port"; empty: the body as a whole.
    const std::string& field() const { return field_; }

private:
    std::string field_;
};

}  // namespace lars::console
