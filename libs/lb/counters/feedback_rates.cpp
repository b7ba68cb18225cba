#include "lb/counters/feedback_rates.hpp"

namespace lars::lb {
namespace {

float per_ns(std::chrono::milliseconds time_constant) {
    return 1 / static_cast<float>(std::chrono::nanoseconds(time_constant).count());
}

}  // namespace

FeedbackRates::FeedbackRates(const FeedbackOptions& options)
    : decay_per_ns(per_ns(options.memory)),
      in_flight_decay_per_ns(per_ns(options.in_flight_memory)),
      window(options.window),
      latency_rise(static_cast<float>(options.latency_rise)),
      latency_fall(static_cast<float>(options.latency_fall)),
      failure_weight(static_cast<float>(options.failure_weight)) {}

}  // namespace lars::lb
