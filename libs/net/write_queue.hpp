#pragma once

#include "net/wire.hpp"

#include <boost/asio/buffer.hpp>

#include <deque>
#include <span>
#include <vector>

namespace lars::net {

/// Frames that wait to be written, up to a high-water mark in bytes.
class WriteQueue {
public:
    explicit WriteQueue(std::size_t high_water) : high_water_(high_water) {}

    /// False, and nothing queued, when the peer has let more than the mark pile up.
    bool push(EncodedFrame frame);

    /// The oldest frames as one gathered write; they stay queued until pop_gathered().
    std::span<const boost::asio::const_buffer> gather();
    void pop_gathered();

    bool empty() const { return frames_.empty(); }
    std::size_t bytes() const { return bytes_; }

private:
    std::deque<EncodedFrame> frames_;
    std::vector<boost::asio::const_buffer> gathered_;
    std::size_t bytes_ = 0;
    std::size_t high_water_;
};

}  // namespace lars::net
