#pragma once

#include "http/page.hpp"
#include "metrics/registry.hpp"

#include <functional>
#include <vector>

namespace lars::http {

/// What every service shows its operators: /metrics in Prometheus' text format, /healthz, and
/// /readyz, which is 503 until `ready` says that the service can do its work. `ready` and the
/// registry are asked on the server's executor; the registry must outlive the pages.
std::vector<Page> operator_pages(const metrics::Registry& metrics, std::function<bool()> ready);

}  // namespace lars::http
