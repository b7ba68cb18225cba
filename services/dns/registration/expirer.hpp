#pragma once

#include "app/repeated_line.hpp"
#include "dns/registration/expiry_decision.hpp"
#include "dns/registration/presence.hpp"
#include "metrics/registry.hpp"
#include "runtime/event.hpp"
#include "store/leases.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <functional>
#include <optional>

namespace lars::dns {

/// Takes away the instances of owners that are gone, if this dns has the duty: one of all those on
/// a store has it at a time. ExpiryDecision decides. Belongs to one executor.
class Expirer {
public:
    struct Outlets {
        /// Routes in the store have changed.
        std::function<void()> on_expired;
        /// Which owners have sessions here.
        std::function<Awaitable<ExpiryDecision::HeardOwners>()> heard;
        /// What is held, by whichever dns has the duty, each second.
        std::function<void(std::vector<store::HeldInstances>)> on_held;
    };

    /// `presence` outlives it.
    Expirer(
        asio::any_io_executor executor,
        const store::Url& url,
        const ExpiryDecision::Options& options,
        const Presence& presence,
        Outlets outlets,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    Awaitable<> run();
    /// An owner's session has ended: somebody may be gone.
    void look_now() { wake_.notify(); }

    /// Owners that are gone, and whose instances are held. Any thread.
    std::size_t held_owners() const { return held_; }

private:
    using Outcome = store::Result<void>;

    Awaitable<Outcome> work();
    Awaitable<Outcome> renew_duty();
    bool may_expire(Clock::time_point now) const;
    Awaitable<Outcome> look();
    Awaitable<Outcome> look_at_held();
    Awaitable<Outcome> expire(std::vector<store::Expiry> expiries, std::string why);
    void log_held();

    asio::any_io_executor executor_;
    store::ReadyDatabase database_;
    store::Leases leases_{*database_};
    store::OwnerSessions sessions_{*database_};
    store::Expiries expiries_{*database_};
    ExpiryDecision::Options options_;
    const Presence& presence_;
    Outlets outlets_;
    spdlog::logger& log_;
    metrics::Counter& expired_;
    ExpiryDecision decision_;
    std::optional<Clock::time_point> duty_since_;
    Clock::time_point next_renewal_;
    Clock::time_point next_held_;
    Clock::time_point next_strays_;
    runtime::Event wake_;
    std::atomic<std::size_t> held_{0};
    std::size_t held_logged_ = 0;
    app::RepeatedLine troubles_;
};

}  // namespace lars::dns
