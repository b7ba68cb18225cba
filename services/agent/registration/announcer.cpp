#include "agent/registration/announcer.hpp"

#include <utility>

namespace lars::agent {

void Announcer::set(
    std::map<InstanceKey, Instance> instances, std::map<InstanceKey, std::string> departed
) {
    instances_ = std::move(instances);
    departed.merge(departed_);
    departed_ = std::move(departed);
    ever_any_ = ever_any_ || !instances_.empty();
}

void Announcer::connect() {
    connected_ = true;
    announce_again();
}

void Announcer::disconnect() {
    connected_ = false;
    in_flight_ = false;
}

void Announcer::announce_again() {
    whole_due_ = true;
    in_flight_ = false;
}

std::optional<wire::Announcement> Announcer::next() {
    if (!connected_ || in_flight_ || !ever_any_) return {};
    if (!whole_due_ && sent_ == instances_) return {};
    auto announcement = whole_due_ ? whole() : changes();
    announcement.owner = owner_;
    announcement.host = host_;
    announcement.start = start_;
    announcement.seq = ++seq_;
    whole_due_ = false;
    in_flight_ = true;
    sent_ = instances_;
    departed_.clear();
    return announcement;
}

wire::Announcement Announcer::whole() const {
    wire::Announcement all;
    all.whole = true;
    for (const auto& [key, instance] : instances_) all.instances.push_back(instance);
    return all;
}

wire::Announcement Announcer::changes() {
    wire::Announcement some;
    for (const auto& [key, instance] : instances_) {
        const auto found = sent_.find(key);
        if (found == sent_.end() || found->second != instance) some.instances.push_back(instance);
    }
    for (auto& [key, instance] : sent_) {
        if (instances_.contains(key)) continue;
        auto gone = instance;
        const auto why = departed_.find(key);
        gone.reason = why == departed_.end() ? "" : why->second.substr(0, kMaxReasonLength);
        some.withdrawn.push_back(std::move(gone));
    }
    return some;
}

void Announcer::note_stored(std::uint64_t seq, std::map<InstanceKey, std::string> refused) {
    for (auto& [key, why] : refused) refused_[key] = std::move(why);
    if (seq != seq_ || !in_flight_) return;
    in_flight_ = false;
    stored_ = sent_;
    for (const auto& [key, why] : refused_) stored_.erase(key);
    std::erase_if(refused_, [this](const auto& each) { return !instances_.contains(each.first); });
}

bool Announcer::is_stored(const InstanceKey& key) const {
    const auto here = instances_.find(key);
    const auto there = stored_.find(key);
    if (here == instances_.end()) return there == stored_.end();
    return there != stored_.end() && there->second == here->second;
}

std::vector<Instance> Announcer::leaving() const {
    std::map<InstanceKey, Instance> left;
    if (!connected_) return {};
    for (const auto* known : {&sent_, &stored_}) {
        for (const auto& [key, instance] : *known) {
            if (!instances_.contains(key)) left[key] = instance;
        }
    }
    std::vector<Instance> all;
    for (auto& [key, instance] : left) all.push_back(std::move(instance));
    return all;
}

std::string Announcer::refusal(const InstanceKey& key) const {
    const auto found = refused_.find(key);
    return found == refused_.end() ? "" : found->second;
}

}  // namespace lars::agent
