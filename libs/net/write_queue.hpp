#pragma once

#include "wire/frame.hpp"

#include <boost/asio/buffer.hpp>

#include <span>
#include <vector>

namespace lars::net {

/// Frames that wait to be written, up to a high-water mark in bytes. Frames are shared, not copied:
/// a route that is pushed to a thousand sessions exists once. Belongs to one thread.
class WriteQueue {
public:
    explicit WriteQueue(std::size_t high_water) : high_water_(high_water) {}

    /// False, and nothing queued, when the frame would exceed the mark. One always fits into an
    /// empty queue, however large: the mark is about a peer that doesn't read.
    bool push(wire::EncodedFrame frame);

    /// The oldest bytes as one gathered write; they stay queued until consume(). The buffers are
    /// valid until then, whatever is pushed meanwhile.
    std::span<const boost::asio::const_buffer> gather();
    /// That many of the oldest bytes are written.
    void consume(std::size_t size);

    bool empty() const { return head_ == frames_.size(); }
    std::size_t bytes() const { return bytes_; }

private:
    std::vector<wire::EncodedFrame> frames_;  // those before head_ are gone
    std::size_t head_ = 0;
    std::vector<boost::asio::const_buffer> gathered_;
    std::size_t bytes_ = 0;
    std::size_t written_ = 0;  // of the oldest frame
    std::size_t high_water_;
};

}  // namespace lars::net
