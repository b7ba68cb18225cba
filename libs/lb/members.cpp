#include "lb/members.hpp"

namespace lars::lb {

const RosterPtr& Members::nobody() {
    static const auto empty = std::make_shared<const Roster>();
    return empty;
}

std::vector<Slot> Members::replace(RosterPtr roster) {
    const auto size = roster->size();
    std::vector<Load> loads(size);
    std::vector<Tally> tallies(size);
    std::vector<Slot> origins(size, kNoSlot);
    Slot before = kNoSlot;
    for (Slot slot = 0; slot < size; ++slot) {
        const auto& endpoint = roster->endpoint(slot);
        // Mostly the one that followed the last still does.
        const Slot guess = before + 1;
        const bool follows = guess < this->size() && roster_->endpoint(guess) == endpoint;
        before = follows ? guess : roster_->find(endpoint);
        if (before == kNoSlot) continue;
        origins[slot] = before;
        loads[slot] = loads_[before];
        tallies[slot] = tallies_[before];
    }
    roster_ = std::move(roster);
    loads_ = std::move(loads);
    tallies_ = std::move(tallies);
    return origins;
}

}  // namespace lars::lb
