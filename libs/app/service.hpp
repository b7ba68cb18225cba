#pragma once

#include "http/page.hpp"
#include "runtime/runtime.hpp"

#include <vector>

namespace lars::app {

/// What one of Lars's programs runs: started and stopped like every part, with pages of its own.
class Service : public runtime::Part {
public:
    /// Whether it can do its work, for /readyz; any thread.
    virtual bool ready() const { return true; }
    /// What it adds to the operators' pages. They are answered on context 0, from after the
    /// service's start to before its stop.
    virtual std::vector<http::Page> pages() { return {}; }
};

}  // namespace lars::app
