#include "reporter/caller_table.hpp"

#include <cstring>

namespace lars::reporter {
namespace {

// An instance is random, so any part of it is as good as another.
std::uint64_t part_of(const wire::InstanceId& instance) {
    std::uint64_t part = 0;
    std::memcpy(&part, instance.data(), sizeof part);
    return part;
}

std::uint32_t nobodys_address(const wire::InstanceId& instance) {
    return 0xF0000000U | static_cast<std::uint32_t>(part_of(instance) & 0x0FFFFFFFU);
}

}  // namespace

std::size_t CallerTable::Hash::operator()(const wire::InstanceId& id) const {
    return part_of(id);
}

void CallerTable::leave(const wire::InstanceId& instance) {
    const auto found = instances_.find(instance);
    if (found == instances_.end() || --found->second.sessions > 0) return;
    give_up_claim(instance, found->second);
    instances_.erase(found);
}

void CallerTable::give_up_claim(const wire::InstanceId& id, Instance& instance) {
    if (instance.renamed) --renamed_;
    instance.renamed = false;
    const auto holder = holders_.find(instance.claimed);
    if (holder != holders_.end() && holder->second == id) holders_.erase(holder);
}

std::uint32_t CallerTable::caller_of(const wire::InstanceId& instance, std::uint32_t claimed) {
    const auto found = instances_.find(instance);
    // Its last words, which came late.
    if (found == instances_.end()) return claimed;
    auto& known = found->second;
    if (known.claimed != claimed) give_up_claim(instance, known);
    known.claimed = claimed;
    const bool holds = holders_.try_emplace(claimed, instance).first->second == instance;
    if (holds == known.renamed) {
        known.renamed = !holds;
        holds ? --renamed_ : ++renamed_;
    }
    return holds ? claimed : nobodys_address(instance);
}

}  // namespace lars::reporter
