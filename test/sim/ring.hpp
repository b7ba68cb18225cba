#pragma once

#include <cstddef>
#include <vector>

namespace lars::sim {

/// A queue that allocates only while it grows.
template <class T>
class Ring {
public:
    bool empty() const { return first_ == end_; }
    std::size_t size() const { return end_ - first_; }
    const T& front() const { return (*this)[0]; }
    const T& operator[](std::size_t place) const {
        return items_[(first_ + place) & (items_.size() - 1)];
    }

    void push(const T& item) {
        if (size() == items_.size()) grow();
        items_[end_++ & (items_.size() - 1)] = item;
    }
    void pop() { ++first_; }
    /// Removes the first that is equal to `item`. Precondition: there is one.
    void remove(const T& item) {
        std::size_t place = 0;
        while (!((*this)[place] == item)) ++place;
        const auto mask = items_.size() - 1;
        for (; place > 0; --place) {
            items_[(first_ + place) & mask] = items_[(first_ + place - 1) & mask];
        }
        pop();
    }
    void clear() { first_ = end_; }

private:
    void grow() {
        std::vector<T> larger(items_.empty() ? 64 : 2 * items_.size());
        const auto count = size();
        for (std::size_t i = 0; i < count; ++i, pop()) larger[i] = front();
        items_.swap(larger);
        first_ = 0;
        end_ = count;
    }

    std::vector<T> items_;  // a power of two, or none
    std::size_t first_ = 0;
    std::size_t end_ = 0;
};

}  // namespace lars::sim
