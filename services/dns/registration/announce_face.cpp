#include "dns/registration/announce_face.hpp"

#include "base/glob.hpp"
#include "runtime/listen.hpp"
#include "wire/announcement.hpp"

#include <utility>

namespace lars::dns {

AnnounceFace::AnnounceFace(
    std::size_t context,
    std::chrono::milliseconds lease,
    std::string allowed,
    Outlets outlets,
    metrics::Registry& metrics
)
    : context_(context),
      lease_(lease),
      allowed_(std::move(allowed)),
      outlets_(std::move(outlets)),
      bad_input_(metrics),
      forbidden_(metrics.counter(
          "lars_dns_registrations_forbidden_total",
          "Instances of services that may not be registered"
      )) {}

void AnnounceFace::handle(net::Session& session, const AnnounceRequest& request) {
    std::size_t unreadable = 0;
    auto announcement = wire::from_wire(request, unreadable);
    for (; unreadable > 0; --unreadable) bad_input_.count(Errc::bad_endpoint);
    if (!announcement || !session.peer()) return bad_input_.count(Errc::undecodable_body);
    const auto [found, first] = numbers_.try_emplace(&session, next_number_);
    if (first) {
        sessions_[next_number_++] = &session;
        // Its silence is the end of what it registered.
        session.set_idle_timeout(lease_);
    }
    drop_forbidden(session, *announcement);
    const auto& remote = session.remote();
    AgentPeer agent;
    agent.instance = session.peer()->instance;
    agent.address = to_string(runtime::to_endpoint(remote.address(), remote.port()));
    if (!announcement->host.empty())
        agent.address = announcement->host + " (" + agent.address + ')';
    outlets_.announce({context_, found->second}, std::move(agent), std::move(*announcement));
}

void AnnounceFace::drop_forbidden(net::Session& session, wire::Announcement& announcement) {
    if (allowed_ == "*") return;
    AnnounceAck ack;
    const auto forbidden = [&](const Instance& each) {
        if (matches(allowed_, to_string(each.key.service))) return false;
        auto& refused = *ack.add_refused();
        wire::to_wire(each, *refused.mutable_instance());
        refused.set_why("this agent may register " + allowed_ + " only");
        return true;
    };
    forbidden_.add(std::erase_if(announcement.instances, forbidden));
    if (ack.refused_size() > 0) session.send(ID_AnnounceAck, ack);
}

void AnnounceFace::remove(net::Session& session) {
    const auto found = numbers_.find(&session);
    if (found == numbers_.end()) return;
    const auto number = found->second;
    sessions_.erase(number);
    numbers_.erase(found);
    // One that was closed for its silence was last heard of before that; another is gone now.
    const bool silent = Clock::now() >= session.last_received() + lease_;
    outlets_.end({context_, number}, silent ? session.last_received() : Clock::now());
}

ExpiryDecision::HeardOwners AnnounceFace::heard(Clock::time_point now) const {
    ExpiryDecision::HeardOwners heard;
    heard.owners = sessions_.size();
    for (const auto& [number, session] : sessions_) {
        if (now > session->last_received() + lease_ / 2) ++heard.silent;
    }
    return heard;
}

void AnnounceFace::answer(const SessionKey& to, const AnnounceAck& ack) {
    const auto found = sessions_.find(to.number);
    if (found != sessions_.end()) found->second->send(ID_AnnounceAck, ack);
}

}  // namespace lars::dns
