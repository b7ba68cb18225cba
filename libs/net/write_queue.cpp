#include "net/write_queue.hpp"

#include <algorithm>

namespace lars::net {
namespace {

constexpr std::size_t kMostGathered = 64;  // what one writev of Asio takes

}  // namespace

bool WriteQueue::push(EncodedFrame frame) {
    // One frame always fits, however large: the mark is about a peer that doesn't read.
    if (!frames_.empty() && bytes_ + frame->size() > high_water_) return false;
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
    return true;
}

std::span<const boost::asio::const_buffer> WriteQueue::gather() {
    gathered_.clear();
    const auto count = std::min(frames_.size(), kMostGathered);
    for (std::size_t i = 0; i < count; ++i) gathered_.push_back(boost::asio::buffer(*frames_[i]));
    return gathered_;
}

void WriteQueue::pop_gathered() {
    for (std::size_t i = 0; i < gathered_.size(); ++i) {
        bytes_ -= frames_.front()->size();
        frames_.pop_front();
    }
    gathered_.clear();
}

}  // namespace lars::net
