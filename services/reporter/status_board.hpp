#pragma once

#include "reporter/report.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <deque>
#include <vector>

namespace lars::reporter {

/// The latest state of each endpoint at each caller, as ServerCallStatus shows it: what was counted
/// since the row was written last, at most once in an interval. Decides when a row is due. No I/O;
/// belongs to one thread.
class StatusBoard {
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Options {
        std::chrono::milliseconds interval{10'000};
        std::size_t max_keys = 500'000;
    };

    explicit StatusBoard(const Options& options) : options_(options) {}

    /// Adds a batch's counts; sets a snapshot's. Answers how many rows found no room.
    std::size_t put(const Report& report, Time now);

    /// The rows that are due, and no more than that many.
    std::vector<store::StatusRow> take_due(std::size_t max, Time now);
    /// All that wasn't written yet.
    std::vector<store::StatusRow> take_all();
    /// After a failed write: they are due again in an interval.
    void put_back(const std::vector<store::StatusRow>& rows);

    std::size_t size() const { return states_.size(); }

private:
    struct Key {
        ModuleId module;
        Endpoint endpoint;
        std::uint32_t caller;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    struct State {
        store::StatusRow row;
        bool news = false;
        bool snapshot = false;  // the row is one, and its calls may come in a batch as well
    };
    struct Turn {
        Key key;
        Time due;
    };

    bool add(const store::StatusRow& row, bool sets, Time now);

    Options options_;
    boost::unordered_flat_map<Key, State, Hash> states_;
    std::deque<Turn> fresh_;    // never written
    std::deque<Turn> written_;  // in the order in which they are due
};

}  // namespace lars::reporter
