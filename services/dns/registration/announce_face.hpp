#pragma once

#include "dns/registration/expiry_decision.hpp"
#include "dns/registration/owner_book.hpp"
#include "metrics/bad_input.hpp"
#include "net/session.hpp"

#include <proto/lars.pb.h>

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>

namespace lars::dns {

/// The sessions of one context that announce: what comes from them goes on to the registrar, and
/// answers come back. Belongs to its context.
class AnnounceFace {
public:
    struct Outlets {
        std::function<void(const SessionKey&, AgentPeer, wire::Announcement)> announce;
        std::function<void(const SessionKey&, Clock::time_point last_sign)> end;
    };
    /// Which services may be registered: "*", or with '*' for any text: "batch-*".
    AnnounceFace(
        std::size_t context,
        std::chrono::milliseconds lease,
        std::string allowed,
        Outlets outlets,
        metrics::Registry& metrics
    );

    void handle(net::Session& session, const AnnounceRequest& request);
    void remove(net::Session& session);
    void answer(const SessionKey& to, const AnnounceAck& ack);
    /// Of its sessions.
    ExpiryDecision::HeardOwners heard(Clock::time_point now) const;

private:
    void drop_forbidden(net::Session& session, wire::Announcement& announcement);

    std::size_t context_;
    std::chrono::milliseconds lease_;
    std::string allowed_;
    Outlets outlets_;
    metrics::BadInput bad_input_;
    metrics::Counter& forbidden_;
    std::uint64_t next_number_ = 1;
    std::unordered_map<net::Session*, std::uint64_t> numbers_;
    std::unordered_map<std::uint64_t, net::Session*> sessions_;
};

}  // namespace lars::dns
