#pragma once

#include "lars/client.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace lars {

/// A choice that nobody waits for: for programs with an event loop, which waits itself.
///
///     lars::PendingChoice pending(client, "payments");
///     while (!pending.advance()) wait_readable(pending.sockets(), pending.wakes());
///     use(pending.choice());
///
/// lars/asio.hpp does that for coroutines on Asio. Of one thread at a time, and of the process that
/// made it; the client lives longer.
class PendingChoice {
public:
    PendingChoice(Client& client, const Module& module, const Request& request = {});

    /// Sends what is due, takes what has come, and waits for nothing. Whether it is done.
    bool advance();
    /// Not done: advance is to be called when one of these is readable. They are the client's:
    /// nobody else reads or closes them. The next advance may have others.
    const std::vector<int>& sockets() const { return sockets_; }
    /// And when this has come.
    std::chrono::steady_clock::time_point wakes() const { return wakes_; }

    const Choice& choice() const { return choice_; }

private:
    struct Asked;
    struct End {
        void operator()(lars_pending* pending) const { lars_choose_end(pending); }
    };

    std::shared_ptr<const Asked> asked_;  // what the question refers to
    std::unique_ptr<lars_pending, End> pending_;
    std::vector<int> sockets_;
    std::chrono::steady_clock::time_point wakes_;
    Choice choice_;
};

}  // namespace lars
