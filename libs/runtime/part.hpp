#pragma once

#include "runtime/asio.hpp"

#include <string>

namespace lars::runtime {

/// A part of a process that is started once and stopped once, by a Runtime: a service, the admin
/// server.
class Part {
public:
    virtual ~Part() = default;

    /// For the log.
    virtual std::string name() const = 0;

    /// Opens what it needs and spawns its coroutines. Called on the thread of Runtime::run(),
    /// before any context runs, so it may touch what belongs to any context. Throws StartError, and
    /// has then spawned nothing.
    virtual void start() = 0;

    /// Delivers or saves what it holds, then cancels and joins its coroutines: afterwards it may be
    /// destroyed. Called on context 0, once, after a successful start(). Isn't cancelled, but cut
    /// short with the whole process when the drain timeout is over.
    virtual Awaitable<> stop() = 0;
};

}  // namespace lars::runtime
