#include "sim/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lars::sim {
namespace {

// Each power of two is cut into this many buckets, and below it each nanosecond has one.
constexpr std::uint64_t kParts = 256;
constexpr int kPartBits = std::countr_zero(kParts);

std::size_t bucket_of(std::uint64_t ns) {
    if (ns < kParts) return ns;
    const auto shift = std::bit_width(ns) - 1 - kPartBits;
    return static_cast<std::size_t>(shift) * kParts + (ns >> shift);
}

// The least time that falls into the bucket.
double begin_of(std::size_t bucket) {
    if (bucket < kParts) return static_cast<double>(bucket);
    const auto shift = static_cast<int>(bucket / kParts) - 1;
    return std::ldexp(static_cast<double>(kParts + bucket % kParts), shift);
}

}  // namespace

void Histogram::add(Time time) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
    const auto bucket = bucket_of(ns);
    if (bucket >= counts_.size()) counts_.resize(bucket + 1);
    ++counts_[bucket];
    ++count_;
    sum_ns_ += static_cast<double>(ns);
}

double Histogram::quantile_ms(double share) const {
    const auto rank = share * static_cast<double>(count_);
    double below = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        const double here = counts_[bucket];
        if (here > 0 && below + here >= rank) {
            const auto begin = begin_of(bucket);
            const auto part = std::max(rank - below, 0.0) / here;
            return (begin + part * (begin_of(bucket + 1) - begin)) / 1e6;
        }
        below += here;
    }
    return 0;
}

double Histogram::mean_ms() const {
    return count_ == 0 ? 0 : sum_ns_ / static_cast<double>(count_) / 1e6;
}

void Picks::note(std::size_t server, Time now) {
    const auto row = static_cast<std::size_t>(now / kStep);
    if ((row + 1) * servers_ > counts_.size()) counts_.resize((row + 1) * servers_);
    ++counts_[row * servers_ + server];
}

std::uint64_t Picks::of(std::size_t server, Time from, Time until) const {
    std::uint64_t sum = 0;
    for (auto row = static_cast<std::size_t>(from / kStep);
         row < static_cast<std::size_t>(until / kStep) && row * servers_ < counts_.size();
         ++row) {
        sum += counts_[row * servers_ + server];
    }
    return sum;
}

std::uint64_t Picks::all(Time from, Time until) const {
    std::uint64_t sum = 0;
    for (std::size_t server = 0; server < servers_; ++server) sum += of(server, from, until);
    return sum;
}

}  // namespace lars::sim
