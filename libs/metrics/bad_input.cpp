#include "metrics/bad_input.hpp"

namespace lars::metrics {

BadInput::BadInput(Registry& metrics) {
    for (int kind = 1; kind <= kErrcCount; ++kind) {
        counters_[static_cast<std::size_t>(kind)] = &metrics.counter(
            "lars_bad_input_total",
            "What peers sent that wasn't accepted, by kind",
            {{"kind", kind_name(static_cast<Errc>(kind))}}
        );
    }
}

}  // namespace lars::metrics
