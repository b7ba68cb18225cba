#pragma once

#include <chrono>

namespace lars {

/// How long the calling thread has been runnable and without a core since it began, as the
/// scheduler says in /proc; 0 where it says nothing. A system call or three.
std::chrono::nanoseconds run_delay();

}  // namespace lars
