#include "net/session_counters.hpp"

namespace lars::net {
namespace {

metrics::Counter& closed_for(metrics::Registry& metrics, const char* reason) {
    return metrics.counter(
        "lars_sessions_closed_total", "Sessions closed by this side", {{"reason", reason}}
    );
}

}  // namespace

SessionCounters::SessionCounters(metrics::Registry& metrics)
    : bad_input(metrics),
      slow_readers(closed_for(metrics, "slow_reader")),
      idle(closed_for(metrics, "idle")) {}

}  // namespace lars::net
