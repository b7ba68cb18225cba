#pragma once

#include "runtime/event.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lars::http {

/// What a client is told while its request stays open: server-sent events. The page that answers
/// with it keeps it, to send more. One whose client reads too slowly, or has gone, has ended.
/// Belongs to the server's executor.
class EventQueue {
public:
    /// Bytes that may wait for a client to read.
    static constexpr std::size_t kMaxWaiting = 256 << 10;

    explicit EventQueue(const asio::any_io_executor& executor) : changed_(executor) {}

    /// `data` has no line breaks, as JSON needs none. Ignored after the end.
    void send(std::string_view event, std::string_view data);
    void end();
    bool ended() const { return ended_; }

    /// What is to be written next; empty when there is nothing.
    std::string take() { return std::exchange(waiting_, {}); }
    /// Until there is something to write, the end, or that moment.
    Awaitable<> wait_until(Clock::time_point deadline);

private:
    std::string waiting_;
    bool ended_ = false;
    runtime::Event changed_;
};

}  // namespace lars::http
