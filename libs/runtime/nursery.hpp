#pragma once

#include "runtime/task_group.hpp"

#include <vector>

namespace lars::runtime {

/// A coroutine and others that accompany it: they start with it, and when it ends, however it ends,
/// they are cancelled and joined before anybody learns of its end. So all of them may refer to what
/// the caller holds.
///
///     Nursery nursery(executor, log);
///     nursery.add("writer", write());
///     auto reading = read();
///     co_await nursery.run(std::move(reading));
///
/// Belongs to one executor, on which the caller runs too.
class Nursery {
public:
    Nursery(asio::any_io_executor executor, spdlog::logger& log);

    /// A companion for run()'s coroutine, which starts with it, or at once if that runs already.
    /// `name`, for the log, is a literal. A companion that fails is logged and ends alone.
    void add(const char* name, Awaitable<> companion);

    /// Runs `main` with its companions, to be called once. Throws what `main` throws, or
    /// operation_aborted if the caller was cancelled, in either case after all have ended.
    Awaitable<> run(Awaitable<> main);

private:
    struct Companion {
        const char* name;
        Awaitable<> task;
    };

    TaskGroup tasks_;
    // Started by run() only: who is cancelled before it leaves none behind.
    std::vector<Companion> companions_;
    bool running_ = false;
};

}  // namespace lars::runtime
