#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace lars::test {

/// Polls until `holds`, generously: how long something takes is measured elsewhere. False when it
/// never did.
inline bool eventually(
    const std::function<bool()>& holds, std::chrono::seconds timeout = std::chrono::seconds(60)
) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

}  // namespace lars::test
