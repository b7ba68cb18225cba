#pragma once

#include "http/operator_pages.hpp"
#include "http/page.hpp"
#include "runtime/runtime.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lars::app {

/// What one of Lars's programs runs: started and stopped like every part, with pages of its own.
class Service : public runtime::Part {
public:
    /// Whether it can do its work, for /readyz; any thread.
    virtual http::Readiness readiness() const { return {}; }
    bool ready() const { return readiness().problems.empty(); }
    /// What a context of the runtime does, for /healthz: "shard 0"; any thread.
    virtual std::string context_name(std::size_t index) const {
        return "context " + std::to_string(index);
    }
    /// What it adds to the operators' pages. They are answered on a thread of their own, from after
    /// the service's start to before its stop.
    virtual std::vector<http::Page> pages() { return {}; }
};

}  // namespace lars::app
