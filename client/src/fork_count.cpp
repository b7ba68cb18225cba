#include "fork_count.hpp"

#include <pthread.h>

#include <atomic>

namespace lars::client {
namespace {

std::atomic<unsigned> count{0};

// While the program is loaded, so that no call has to.
[[maybe_unused]] const int kRegistered =
    ::pthread_atfork(nullptr, nullptr, [] { count.fetch_add(1, std::memory_order_relaxed); });

}  // namespace

unsigned fork_count() {
    return count.load(std::memory_order_relaxed);
}

}  // namespace lars::client
