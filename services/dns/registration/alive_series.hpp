#pragma once

#include "runtime/asio.hpp"
#include "store/database_clock.hpp"

#include <chrono>
#include <optional>

namespace lars::dns {

/// Since when this dns has said without a gap that it lives. No clock of its own: times are
/// arguments. A step of the database's clock is a gap too: what others wrote before it looks old,
/// or new, until they write again.
class AliveSeries {
public:
    explicit AliveSeries(std::chrono::milliseconds max_gap, Clock::time_point now)
        : max_gap_(max_gap), written_(now) {}

    /// It was written, and the database's clock said that.
    void note_written(Clock::time_point now, store::DatabaseClock::Time database) {
        const bool gap = !begun_ || now > written_ + max_gap_;
        if (gap || steps(now, database)) begun_ = now;
        written_ = now;
        database_ = database;
    }

    /// Nothing while there is a gap.
    std::optional<Clock::time_point> since(Clock::time_point now) const {
        return now > written_ + max_gap_ ? std::nullopt : begun_;
    }
    /// Whether it has never been written, or not for most of the longest gap.
    bool lost(Clock::time_point now) const { return !begun_ || now > written_ + max_gap_ * 3 / 4; }

private:
    bool steps(Clock::time_point now, store::DatabaseClock::Time database) const {
        const auto here = now - written_;
        const auto difference = database - database_ - here;
        return difference > max_gap_ / 2 || -difference > max_gap_ / 2;
    }

    std::chrono::milliseconds max_gap_;
    std::optional<Clock::time_point> begun_;
    Clock::time_point written_;
    store::DatabaseClock::Time database_;
};

}  // namespace lars::dns
