#pragma once

#include "agent/registration/check_options.hpp"
#include "runtime/asio.hpp"

#include <chrono>

namespace lars::agent {

/// Waits until a process has ended, but not longer than that. Passed: it is there still. By pidfd,
/// so that another process with the same id isn't taken for it while this waits.
Awaitable<CheckResult> await_end(
    asio::any_io_executor executor, std::int32_t pid, std::chrono::milliseconds time
);

}  // namespace lars::agent
