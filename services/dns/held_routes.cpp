#include "dns/held_routes.hpp"

namespace lars::dns {

template <class Held>
void HeldBySession<Held>::hold(net::Session& session, const Held& held) {
    by_key_[held.key()][&session] = held;
    sessions_[&session].insert(held.key());
}

template <class Held>
std::optional<Held> HeldBySession<Held>::release(net::Session& session, const Key& key) {
    const auto* found = find(session, key);
    if (!found) return {};
    auto held = *found;
    auto& sessions = by_key_.at(held.key());
    sessions.erase(&session);
    if (sessions.empty()) by_key_.erase(held.key());
    auto& keys = sessions_.at(&session);
    keys.erase(held.key());
    if (keys.empty()) sessions_.erase(&session);
    return held;
}

template <class Held>
std::vector<Held> HeldBySession<Held>::release(net::Session& session) {
    std::vector<Held> released;
    const auto found = sessions_.find(&session);
    if (found == sessions_.end()) return released;
    const auto keys = found->second;
    for (const auto& key : keys) {
        if (auto held = release(session, key)) released.push_back(std::move(*held));
    }
    return released;
}

template <class Held>
const Held* HeldBySession<Held>::find(net::Session& session, const Key& key) const {
    const auto sessions = by_key_.find(key);
    if (sessions == by_key_.end()) return nullptr;
    const auto found = sessions->second.find(&session);
    return found == sessions->second.end() ? nullptr : &found->second;
}

template <class Held>
std::vector<net::Session*> HeldBySession<Held>::of(const Key& key) const {
    std::vector<net::Session*> all;
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return all;
    for (const auto& [session, held] : found->second) all.push_back(session);
    return all;
}

template <class Held>
std::vector<typename HeldBySession<Held>::Key> HeldBySession<Held>::keys() const {
    std::vector<Key> all;
    all.reserve(by_key_.size());
    for (const auto& [key, sessions] : by_key_) all.push_back(key);
    return all;
}

template class HeldBySession<HeldRoute>;
template class HeldBySession<HeldName>;

}  // namespace lars::dns
