#pragma once

#include "base/error.hpp"
#include "reporter/report.hpp"
#include "reporter/room.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <optional>

namespace lars::reporter {

/// What comes from one session: checks its messages and puts the frames of a batch together. What
/// is held takes room; a report that is handed out takes its room with it. Belongs to one thread.
class Intake {
public:
    /// Told what is wrong with a message, kind by kind; that part is left out.
    using Refuse = std::function<void(Errc)>;

    /// Calls that are said to be older, or of the future, are taken as of now: the history of that
    /// time may be summed up and gone.
    Intake(Room& room, std::chrono::milliseconds oldest, Refuse refuse)
        : room_(room), oldest_(oldest), refuse_(std::move(refuse)) {}
    ~Intake() { forget(); }
    Intake(const Intake&) = delete;
    Intake& operator=(const Intake&) = delete;

    enum class Progress { part, whole, no_room };

    /// After `whole`, take() has the report. `no_room`: it is forgotten; the agent is to send it
    /// again, if it is a batch.
    Progress put(const ReportStatusRequest& request, store::UnixTime now);
    Report take();

private:
    bool belongs(const ReportStatusRequest& request) const;
    bool add_rows(const ReportStatusRequest& request, store::UnixTime now);
    void forget();

    Room& room_;
    std::chrono::milliseconds oldest_;
    Refuse refuse_;
    Report report_;
    std::size_t taken_ = 0;  // of the room
    bool open_ = false;      // more of the report is to come
    bool refused_ = false;   // it found no room
};

}  // namespace lars::reporter
