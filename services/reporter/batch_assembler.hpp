#pragma once

#include "base/error.hpp"
#include "reporter/report.hpp"
#include "reporter/row_budget.hpp"
#include "wire/call_report.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <optional>

namespace lars::reporter {

/// What comes from one session: checks its messages and puts the frames of a batch together. What
/// is held takes room; a report that is handed out takes its room with it. Belongs to one thread.
class BatchAssembler {
public:
    /// Told what is wrong with a message, kind by kind; that part is left out.
    using Refuse = std::function<void(Errc)>;

    /// Calls that are said to be older, or of the future, are taken as of now: the history of that
    /// time may be summed up and gone.
    BatchAssembler(RowBudget& budget, std::chrono::milliseconds oldest, Refuse refuse)
        : budget_(budget), oldest_(oldest), refuse_(std::move(refuse)) {}
    ~BatchAssembler() { forget(); }
    BatchAssembler(const BatchAssembler&) = delete;
    BatchAssembler& operator=(const BatchAssembler&) = delete;

    enum class Progress { part, whole, over_budget };

    /// After `whole`, take() has the report. `over_budget`: it is forgotten; the agent is to send
    /// it again, if it is a batch.
    Progress put(const ReportStatusRequest& request, store::UnixTime now);
    Report take();

private:
    bool belongs(const wire::ReportHeader& header) const;
    bool add_rows(const ReportStatusRequest& request, store::UnixTime now);
    void forget();

    RowBudget& budget_;
    std::chrono::milliseconds oldest_;
    Refuse refuse_;
    Report report_;
    std::size_t taken_ = 0;  // of the room
    bool open_ = false;      // more of the report is to come
    bool refused_ = false;   // it found no room
};

}  // namespace lars::reporter
