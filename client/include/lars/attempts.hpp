#pragma once

#include "lars/call.hpp"
#include "lars/client.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lars {

/// How a call is to be made.
struct CallOptions {
    /// For all attempts together, from the first question on. Who calls keeps to it.
    std::chrono::milliseconds timeout{1'000};
    /// 1: no retry, for what mustn't be done twice.
    int max_attempts = 3;
    std::string select;
    std::optional<std::uint64_t> hash_key;
};

/// What became of a call.
struct CallResult {
    Code code = Code::noexist;  ///< succ: a node was called
    std::int32_t retcode = 0;   ///< of the last attempt, if there was one
    Host host;                  ///< where the last attempt went
    int attempts = 0;

    explicit operator bool() const { return code == Code::succ && retcode == 0; }
};

/// One call of as many attempts as it takes, each on another node: chooses it, measures how long
/// the attempt takes, and reports it. For who can't pass a function to Client::call:
///
///     lars::Attempts attempts(client, "payments");
///     while (const auto* host = attempts.next()) attempts.end(call(*host, attempts.deadline()));
///     if (!attempts.result()) …
///
/// An attempt that isn't ended, because an exception was thrown, is reported as failed. Belongs to
/// one thread; the client lives longer.
class Attempts {
public:
    using Clock = std::chrono::steady_clock;

    Attempts(Client& client, Module module, CallOptions options = {});
    ~Attempts();
    Attempts(const Attempts&) = delete;
    Attempts& operator=(const Attempts&) = delete;

    /// Where to call now. Null: the call is over, since an attempt succeeded or mustn't be
    /// repeated, time or attempts have run out, or the agent has nobody else.
    const Host* next();
    void end(const Outcome& outcome);

    /// The same as next() for who chooses himself, as in an event loop: what to ask for, or nothing
    /// when the call is over; and what was answered.
    std::optional<Request> ask();
    const Host* take(Choice choice);

    /// When the call should be over.
    Clock::time_point deadline() const { return deadline_; }
    const CallResult& result() const { return result_; }

private:
    Client& client_;
    Module module_;
    CallOptions options_;
    Clock::time_point deadline_;
    std::optional<Call> running_;
    std::vector<Host> tried_;
    CallResult result_;
    bool over_ = false;
};

template <class Function, class>
CallResult Client::call(const Module& module, Function&& function, const CallOptions& options) {
    Attempts attempts(*this, module, options);
    while (const auto* host = attempts.next()) {
        if constexpr (std::is_invocable_v<Function&, const Host&, Attempts::Clock::time_point>) {
            attempts.end(function(*host, attempts.deadline()));
        } else {
            attempts.end(function(*host));
        }
    }
    return attempts.result();
}

template <class Function, class>
CallResult Client::call(const Module& module, Function&& function) {
    return call(module, std::forward<Function>(function), CallOptions());
}

}  // namespace lars
