#pragma once

#include "net/session.hpp"

#include <limits>

namespace lars::net {

/// Reads frames and hands each to `handle(const FrameView&)` until the session is over: what a
/// Session::Serve does between its beginning and its end.
///
/// While more than `max_unsent` bytes of answers wait for the peer to read, no further frame is
/// handled, until half of them are written: so a peer that requests faster than it reads costs no
/// more than that. `handle` is a reference, because g++ 12 destroys a temporary beside co_await
/// twice.
template <class Handle>
Awaitable<> serve_frames(
    Session& session,
    Handle& handle,
    std::size_t max_unsent = std::numeric_limits<std::size_t>::max()
) {
    bool more = co_await session.fill();
    while (more) {
        while (const auto frame = session.next()) {
            handle(*frame);
            if (session.unsent() > max_unsent) co_await session.drain_to(max_unsent / 2);
        }
        more = co_await session.fill();
    }
}

}  // namespace lars::net
