#pragma once

#include "app/repeated_line.hpp"
#include "dns/registration/owner_book.hpp"
#include "dns/registration/presence.hpp"
#include "metrics/registry.hpp"
#include "runtime/event.hpp"

#include <proto/lars.pb.h>
#include <spdlog/logger.h>

#include <atomic>
#include <functional>

namespace lars::dns {

/// Stores what agents announce, several of them in one transaction. OwnerBook decides. Belongs to
/// one executor.
class Registrar {
public:
    struct Outlets {
        /// Tells a session something.
        std::function<void(const SessionKey&, AnnounceAck)> answer;
        /// Routes in the store have changed.
        std::function<void()> on_stored;
        /// Sessions of owners were written that have begun or ended.
        std::function<void()> on_sessions;
    };

    /// `presence` outlives it.
    Registrar(
        asio::any_io_executor executor,
        const store::Url& url,
        std::chrono::milliseconds lease,
        const Presence& presence,
        Outlets outlets,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void announce(
        const SessionKey& session, const AgentPeer& agent, wire::Announcement announcement
    );
    void end(const SessionKey& session, Clock::time_point last_sign);
    /// The store may have lost what was announced: all owners are to announce all of it again.
    void ask_all_again();

    /// Until it is cancelled.
    Awaitable<> run();

private:
    using Outcome = store::Result<void>;

    Awaitable<Outcome> work();
    Awaitable<Outcome> check_new();
    Awaitable<Outcome> write_sessions();
    Awaitable<Outcome> store_some();
    Clock::time_point next_wake(Clock::time_point now) const;
    void send(OwnerBook::Answers answers);
    void send_elsewhere();

    asio::any_io_executor executor_;
    store::ReadyDatabase database_;
    store::Registrations registrations_{*database_};
    store::OwnerSessions sessions_{*database_};
    std::chrono::milliseconds lease_;
    const Presence& presence_;
    Outlets outlets_;
    spdlog::logger& log_;
    metrics::Counter& announcements_;
    metrics::Counter& commits_;
    metrics::Counter& stored_;
    metrics::Counter& refused_;
    metrics::Counter& late_;
    OwnerBook book_;
    std::atomic<std::size_t> owners_{0};
    runtime::Event wake_;
    Clock::time_point next_commit_;
    app::RepeatedLine troubles_;
    bool told_elsewhere_ = false;
};

}  // namespace lars::dns
