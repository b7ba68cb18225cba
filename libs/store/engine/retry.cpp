#include "store/engine/retry.hpp"

namespace lars::store {
namespace {

constexpr int kAttempts = 5;
// Another server may take a moment to become the one that is written to: together almost a second.
constexpr int kReadOnlyAttempts = 10;
constexpr std::chrono::milliseconds kPause{20};  // longer after each attempt

}  // namespace

std::optional<std::chrono::milliseconds> Retry::after(const Error& error) {
    const bool other_host = error.kind == ErrorKind::unavailable && hosts_ > 1;
    const bool undone = error.kind == ErrorKind::read_only && hosts_ > 1;
    const bool again = is_retried(mode_) && (error.kind == ErrorKind::conflict || other_host);
    if (!(again || undone) || ++failed_ >= (undone ? kReadOnlyAttempts : kAttempts)) return {};
    return kPause * failed_;
}

}  // namespace lars::store
