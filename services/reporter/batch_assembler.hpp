#pragma once

#include "base/error.hpp"
#include "reporter/agent_clock.hpp"
#include "reporter/report.hpp"
#include "reporter/row_budget.hpp"
#include "wire/call_report.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <optional>

namespace lars::reporter {

/// Checks the reports that come from one session, and assembles a batch from its frames. The rows
/// that it holds are reserved in the budget; who takes a report has to release its rows. No I/O and
/// no clock; belongs to one thread.
class BatchAssembler {
public:
    /// Called for each part of a message that isn't accepted; the rest is.
    using Refuse = std::function<void(Errc)>;

    /// Calls that are older than `oldest` count as of now: the history of that time may be summed
    /// up and gone.
    BatchAssembler(RowBudget& budget, std::chrono::milliseconds oldest, Refuse refuse)
        : budget_(budget), oldest_(oldest), refuse_(std::move(refuse)) {}
    ~BatchAssembler() { discard(); }
    BatchAssembler(const BatchAssembler&) = delete;
    BatchAssembler& operator=(const BatchAssembler&) = delete;

    enum class Progress { part, whole, over_budget };

    /// Adds one frame, which comes `now` by the database's clock. After `whole`, take() has the
    /// report. After `over_budget`, take() has only whose it was: its rows found no room and are
    /// discarded, and a batch is to be sent again.
    Progress add(const ReportStatusRequest& request, store::UnixTime now);
    Report take();
    /// How far the agent's clock is ahead, at least.
    std::chrono::seconds clock_ahead() const { return clock_.ahead(); }

private:
    bool belongs(const wire::ReportHeader& header) const;
    store::UnixTime time_of(const wire::ReportHeader& header, store::UnixTime now);
    bool add_rows(const ReportStatusRequest& request);
    void discard();

    RowBudget& budget_;
    std::chrono::milliseconds oldest_;
    Refuse refuse_;
    AgentClock clock_;
    Report report_;
    store::UnixTime frozen_{};  // the report, by the database's clock
    std::size_t reserved_ = 0;  // rows of the report
    bool open_ = false;         // more of the report is to come
    bool refused_ = false;      // it found no room
};

}  // namespace lars::reporter
