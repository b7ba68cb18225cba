#pragma once

#include "base/error.hpp"
#include "net/identity.hpp"
#include "store/store.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace lars::reporter {

/// One ReportStatusRequest, checked.
struct Report {
    std::vector<store::StatusRow> rows;
    /// Of an agent of ours; 0: a snapshot of an original one.
    std::uint64_t sequence = 0;
    net::InstanceId instance{};
    bool more = false;
};

/// What is wrong with it is left out and told to `refuse`, kind by kind.
Report check(const ReportStatusRequest& request, const std::function<void(Errc)>& refuse);

/// Rows on their way to the store, each key once and the latest state of it: ServerCallStatus shows
/// an endpoint's calls in the last interval that was reported. Deltas of one interval that wait
/// together are added. No I/O.
class MergeQueue {
public:
    explicit MergeQueue(std::size_t max_rows) : max_rows_(max_rows) {}

    /// Answers how many rows found no room. A batch that was counted already changes nothing.
    std::size_t put(const Report& report);

    /// Everything that waits, to be written.
    std::vector<store::StatusRow> take();
    /// After a failed write: rows come back where nothing newer waits. Answers how many found no
    /// room, because others came meanwhile.
    std::size_t put_back(std::vector<store::StatusRow> rows);

    std::size_t size() const { return rows_.size(); }

private:
    using Key = std::tuple<ModuleId, Endpoint, std::uint32_t>;

    bool seen(const Report& report);

    std::size_t max_rows_;
    std::map<Key, store::StatusRow> rows_;
    std::map<net::InstanceId, std::uint64_t> complete_;  // the last whole batch of each agent
};

}  // namespace lars::reporter
