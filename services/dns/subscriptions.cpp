#include "dns/subscriptions.hpp"

#include <utility>

namespace lars::dns {

template <class Key>
typename SubscriptionsTo<Key>::Limit SubscriptionsTo<Key>::limit_for(
    net::Session& session, Kind kind
) const {
    static const Subscriber nothing;
    const auto found = subscribers_.find(&session);
    const auto& subscriber = found == subscribers_.end() ? nothing : found->second;
    if (subscriber.modules.size() >= limits_.per_session) return Limit::session;
    if (kind == Kind::known) return Limit::none;
    if (subscriber.unknown >= limits_.unknown_per_session) return Limit::session_unknown;
    return counts_.unknown >= limits_.unknown ? Limit::unknown : Limit::none;
}

template <class Key>
std::size_t SubscriptionsTo<Key>::take_refusals(net::Session& session) {
    const auto found = subscribers_.find(&session);
    if (found == subscribers_.end() || found->second.refused == 0) return 0;
    const auto roomy = [](std::size_t taken, std::size_t limit) {
        return taken < limit - limit / 10;
    };
    auto& subscriber = found->second;
    const bool room = roomy(subscriber.modules.size(), limits_.per_session) &&
                      roomy(subscriber.unknown, limits_.unknown_per_session) &&
                      roomy(counts_.unknown, limits_.unknown);
    return room ? std::exchange(subscriber.refused, 0) : 0;
}

template <class Key>
bool SubscriptionsTo<Key>::add(net::Session& session, const Key& id, Kind kind) {
    auto& subscriber = subscribers_[&session];
    if (subscriber.modules.contains(id)) return true;
    if (limit_for(session, kind) != Limit::none) return false;
    if (kind == Kind::unknown) {
        ++subscriber.unknown;
        ++counts_.unknown;
    }
    subscriber.modules.insert(id);
    auto& module = modules_[id];
    module.kind = kind;
    module.sessions.insert(&session);
    ++counts_.all;
    return true;
}

template <class Key>
void SubscriptionsTo<Key>::remove(net::Session& session) {
    const auto found = subscribers_.find(&session);
    if (found == subscribers_.end()) return;
    for (const auto& id : found->second.modules) forget(session, id);
    counts_.all -= found->second.modules.size();
    counts_.unknown -= found->second.unknown;
    subscribers_.erase(found);
}

template <class Key>
void SubscriptionsTo<Key>::remove(net::Session& session, const Key& id) {
    const auto found = subscribers_.find(&session);
    if (found == subscribers_.end() || found->second.modules.erase(id) == 0) return;
    --counts_.all;
    if (modules_.at(id).kind == Kind::unknown) {
        --found->second.unknown;
        --counts_.unknown;
    }
    forget(session, id);
}

// The module's side of a subscription; a module without subscribers needs no entry.
template <class Key>
void SubscriptionsTo<Key>::forget(net::Session& session, const Key& id) {
    const auto module = modules_.find(id);
    module->second.sessions.erase(&session);
    if (module->second.sessions.empty()) modules_.erase(module);
}

template <class Key>
void SubscriptionsTo<Key>::set_kind(const Key& id, Kind kind) {
    const auto found = modules_.find(id);
    if (found == modules_.end() || found->second.kind == kind) return;
    auto& module = found->second;
    module.kind = kind;
    for (auto* session : module.sessions) {
        auto& subscriber = subscribers_.at(session);
        if (kind == Kind::unknown) {
            ++subscriber.unknown;
            ++counts_.unknown;
        } else {
            --subscriber.unknown;
            --counts_.unknown;
        }
    }
}

template <class Key>
const typename SubscriptionsTo<Key>::Sessions& SubscriptionsTo<Key>::of(const Key& id) const {
    static const Sessions nobody;
    const auto found = modules_.find(id);
    return found == modules_.end() ? nobody : found->second.sessions;
}

template class SubscriptionsTo<ModuleId>;
template class SubscriptionsTo<std::string>;

}  // namespace lars::dns
