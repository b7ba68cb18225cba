#pragma once

#include "store/call_rows.hpp"
#include "store/engine/database.hpp"

#include <memory>
#include <vector>

namespace lars::store {

/// The newest minute in the history that has calls of the module.
struct LastCall {
    ModuleId module;
    UnixTime minute{};

    friend bool operator==(const LastCall&, const LastCall&) = default;
};

/// The history of calls by minute, hour and day.
class CallHistory {
public:
    explicit CallHistory(Database& database) : database_(database) {}

    /// Adds what the batches hold to the history, each batch once: one that was added before, by
    /// whomever, changes nothing. All or nothing. Batches of one instance come in the order of
    /// their sequences. Answers of each whether it was added now.
    Awaitable<Result<std::vector<bool>>> write(std::shared_ptr<const std::vector<CallBatch>> batches
    );
    /// Sorted by start, module and endpoint.
    Awaitable<Result<std::vector<CallRow>>> read(HistoryQuery query);
    /// Of each module in the minutes that are kept.
    Awaitable<Result<std::vector<LastCall>>> read_last_calls();
    /// Sums up the oldest hour, or day, that has ended and has calls that aren't summed up yet.
    /// False: there is none.
    Awaitable<Result<bool>> roll_up(UnixTime now);
    /// Removes a bounded number of rows that are older than they need be, of each level and of
    /// ServerCallStatus. Answers how many; more may be left when it isn't 0.
    Awaitable<Result<std::size_t>> prune(Retention retention, UnixTime now);

private:
    Database& database_;
};

}  // namespace lars::store
