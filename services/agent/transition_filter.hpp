#pragma once

#include "base/module_id.hpp"
#include "lb/time.hpp"
#include "lb/transition.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lars::agent {

/// Which changes of state get a line in the log: of an endpoint that fails every other call there
/// would be several in a second. It gets two at once, that it broke and that it is back; further
/// ones are counted, and the latest is said when the time is over. No clock; belongs to one thread.
class TransitionFilter {
public:
    static constexpr lb::Time kPeriod = std::chrono::seconds(10);
    static constexpr std::uint32_t kAtOnce = 2;
    /// Endpoints that are watched at a time. Those beyond are shown always.
    static constexpr std::size_t kMaxWatched = 512;

    /// A change that was hidden, and is the latest of its endpoint.
    struct Hidden {
        ModuleId module;
        lb::Transition latest;
        std::uint32_t changes = 0;  ///< it and others before it that were hidden
    };

    TransitionFilter() { watched_.reserve(kMaxWatched); }

    /// Whether to show it now.
    bool shows(ModuleId module, const lb::Transition& change, lb::Time now);
    /// What is to be shown now; to be called now and then.
    std::vector<Hidden> drain(lb::Time now);

private:
    struct Watched {
        Hidden hidden;
        lb::Time until{};
        std::uint32_t shown = 0;
    };

    std::vector<Watched> watched_;
};

}  // namespace lars::agent
