#include "dns/held_board.hpp"

#include <algorithm>

namespace lars::dns {
namespace {

// A peer that names ever new stores fills neither memory nor table.
constexpr std::size_t kMaxStores = 1'000;
// Ids have 63 bits; and what has a higher version was never counted up to it, so that a
// confirmation above it would leave no room for further ones.
constexpr std::uint64_t kMaxId = ~0ULL >> 1;
constexpr std::uint64_t kMaxVersion = 1ULL << 62;

}  // namespace

void HeldBoard::note(const HeldChange& change) {
    changed_ = true;
    if (change.name) {
        note_name(change.kind, *change.name);
        return;
    }
    const auto& route = change.route;
    const auto found = lines_.try_emplace({route.module, route.reason}).first;
    auto& count = routes_[static_cast<std::size_t>(route.reason)];
    if (change.kind == HeldChange::Kind::released) {
        --count;
        if (--found->second.agents == 0) lines_.erase(found);
        return;
    }
    ++count;
    auto& line = found->second;
    ++line.agents;
    line.rows = std::max(line.rows, route.brought.rows);
    if (line.brought.id == 0 || line.brought.version < route.brought.version) {
        line.brought = {route.brought.store_id, route.brought.version};
    }
    note_brought(route.brought.store_id, route.brought.version);
}

void HeldBoard::note_name(HeldChange::Kind kind, const HeldName& held) {
    const auto found = names_.try_emplace({held.name, held.reason}).first;
    auto& line = found->second;
    if (kind == HeldChange::Kind::released) {
        if (--line.agents == 0) names_.erase(found);
        return;
    }
    ++line.agents;
    line.module = held.brought.module;
    note_brought(held.brought.store_id, held.brought.version);
}

void HeldBoard::note_brought(std::uint64_t store_id, std::uint64_t version) {
    if (store_id == 0 || store_id > kMaxId) return;
    if (version > kMaxVersion) return;
    if (brought_.size() >= kMaxStores && !brought_.contains(store_id)) return;
    auto& highest = brought_[store_id];
    highest = std::max(highest, version);
}

std::vector<HeldNameLine> HeldBoard::names() const {
    std::vector<HeldNameLine> all;
    for (const auto& [key, line] : names_) {
        all.push_back({key.first, line.module, key.second, line.agents});
    }
    return all;
}

std::vector<HeldModule> HeldBoard::modules(const std::function<std::uint64_t(ModuleId)>& stored_rows
) const {
    std::vector<HeldModule> all;
    for (const auto& [key, line] : lines_) {
        HeldModule held;
        held.module = key.first;
        held.served_rows = line.rows;
        held.stored_rows = stored_rows(key.first);
        held.reason = key.second;
        held.agents = line.agents;
        held.brought = line.brought;
        all.push_back(held);
    }
    return all;
}

std::vector<store::BroughtStore> HeldBoard::drain_brought() {
    std::vector<store::BroughtStore> fresh;
    for (const auto& [id, version] : brought_) {
        const auto [drained, first] = drained_.try_emplace(id, version);
        if (!first && drained->second >= version) continue;
        drained->second = version;
        fresh.push_back({id, version});
    }
    return fresh;
}

}  // namespace lars::dns
