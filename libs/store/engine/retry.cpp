#include "store/engine/retry.hpp"

namespace lars::store {
namespace {

constexpr int kAttempts = 5;
constexpr std::chrono::milliseconds kPause{20};  // longer after each attempt

}  // namespace

std::optional<std::chrono::milliseconds> Retry::after(const Error& error) {
    const bool other_host = error.kind == ErrorKind::unavailable && hosts_ > 1;
    const bool may_succeed = error.kind == ErrorKind::conflict || other_host;
    if (!is_retried(mode_) || !may_succeed || ++failed_ == kAttempts) return {};
    return kPause * failed_;
}

}  // namespace lars::store
