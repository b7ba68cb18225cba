#pragma once

#include "app/condition.hpp"
#include "app/repeated_line.hpp"
#include "dns/registration/alive_series.hpp"
#include "metrics/registry.hpp"
#include "runtime/asio.hpp"
#include "store/dns_presence.hpp"
#include "store/ready_database.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lars::dns {

/// Writes again and again that this dns lives, and knows which others do. Belongs to one executor.
class Presence {
public:
    Presence(
        asio::any_io_executor executor,
        const store::Url& url,
        std::chrono::milliseconds lease,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    store::DnsId id() const { return id_; }
    /// Where this one can be told to look; before run().
    void set_address(std::string address) { address_ = std::move(address); }
    /// Until it is cancelled.
    Awaitable<> run();
    /// Says that it ends.
    Awaitable<> leave();

    /// Since when it has been written without a gap; nothing while it isn't.
    std::optional<Clock::time_point> since(Clock::time_point now) const {
        return series_.since(now);
    }
    /// Whether the store has been out of reach for half a lease: nobody can be registered here.
    bool lost(Clock::time_point now) const { return series_.lost(now); }
    /// Of those that live, without this one's.
    const std::vector<std::string>& others() const { return others_; }
    /// Why it can't be written, if it can't. Any thread.
    std::optional<std::string> trouble() const { return condition_.text(); }

private:
    Awaitable<store::Result<store::PresenceReading>> write();
    void note_failure(const store::Error& error);

    asio::any_io_executor executor_;
    store::ReadyDatabase database_;
    store::DnsPresence presence_{*database_};
    store::DnsId id_;
    std::string address_;
    std::chrono::milliseconds interval_;
    AliveSeries series_;
    spdlog::logger& log_;
    metrics::Counter& failures_;
    app::Condition condition_{"registration"};
    app::RepeatedLine troubles_;
    std::vector<std::string> others_;
    bool ever_ = false;
};

}  // namespace lars::dns
