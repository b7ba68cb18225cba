#pragma once

#include "http/page.hpp"
#include "metrics/registry.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lars::http {

/// Whether a service can do its work, in lines for its operator.
struct Readiness {
    std::vector<std::string> problems;  ///< why it can't; none: it is ready
    std::vector<std::string> remarks;   ///< what is wrong although it can
};

/// What /healthz and /readyz ask, on the server's executor.
struct HealthChecks {
    /// Which threads haven't run for long; a healthy process has none.
    std::function<std::vector<std::string>()> stuck = [] { return std::vector<std::string>(); };
    std::function<Readiness()> readiness = [] { return Readiness(); };
};

/// What every service shows its operators: /metrics in Prometheus' text format; /healthz, which is
/// 503 while a thread is stuck; and /readyz, which is 503 while the service can't do its work. Both
/// say what is wrong. The registry must outlive the pages.
std::vector<Page> operator_pages(const metrics::Registry& metrics, HealthChecks checks = {});

}  // namespace lars::http
