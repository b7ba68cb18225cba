#include "net/write_queue.hpp"

#include <algorithm>

namespace lars::net {
namespace {

// What one writev of Asio takes.
constexpr std::size_t kMaxGathered = 64;
// Frames for which room is kept while the queue is empty: thousands of sessions are at rest.
constexpr std::size_t kKeptAtRest = 4;
// Written frames after which the others are moved forward: seldom enough to cost nothing per frame.
constexpr std::size_t kCompactAt = 1024;

template <class T>
void clear_at_rest(std::vector<T>& items) {
    items.clear();
    if (items.capacity() > kKeptAtRest) items.shrink_to_fit();
}

}  // namespace

bool WriteQueue::push(wire::EncodedFrame frame) {
    if (!empty() && bytes_ + frame->size() > high_water_) return false;
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
    return true;
}

std::span<const boost::asio::const_buffer> WriteQueue::gather() {
    gathered_.clear();
    const auto end = std::min(frames_.size(), head_ + kMaxGathered);
    for (auto i = head_; i < end; ++i) gathered_.push_back(boost::asio::buffer(*frames_[i]));
    if (!gathered_.empty()) gathered_[0] += written_;
    return gathered_;
}

void WriteQueue::consume(std::size_t size) {
    bytes_ -= size;
    written_ += size;
    while (!empty() && written_ >= frames_[head_]->size()) {
        written_ -= frames_[head_]->size();
        frames_[head_++].reset();
    }
    if (empty()) {
        clear_at_rest(frames_);
        clear_at_rest(gathered_);
        head_ = 0;
    } else if (head_ >= kCompactAt) {
        frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

}  // namespace lars::net
