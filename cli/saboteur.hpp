#pragma once

#include "cli/demo_targets.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace lars::cli {

/// One server of the first module breaks from time to time: long enough to be ejected and tried in
/// vain, and then well until everybody trusts it again.
class Saboteur {
public:
    explicit Saboteur(Targets& targets);

    /// Breaks or mends the server when it is time. What it did, in words; nothing when it did
    /// nothing.
    std::optional<std::string> act(std::chrono::steady_clock::duration since_begin);

private:
    std::reference_wrapper<EchoServer> victim_;
    bool breaks_ = false;
};

}  // namespace lars::cli
