#pragma once

#include "base/error.hpp"
#include "metrics/registry.hpp"

#include <array>

namespace lars::metrics {

/// `lars_bad_input_total{kind=…}`: what peers sent that wasn't accepted, by kind. Looked up once,
/// for whoever counts; any thread.
class BadInput {
public:
    explicit BadInput(Registry& metrics);

    void count(Errc kind) { counters_[static_cast<std::size_t>(kind)]->add(); }
    /// Over all that were made of the same registry.
    std::uint64_t count_of(Errc kind) const {
        return counters_[static_cast<std::size_t>(kind)]->value();
    }

private:
    std::array<Counter*, kErrcCount + 1> counters_{};  // by Errc, which begins with 1
};

}  // namespace lars::metrics
