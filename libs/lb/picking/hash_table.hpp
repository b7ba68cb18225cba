#pragma once

#include "lb/endpoint_table.hpp"
#include "lb/slot.hpp"

#include <cstdint>
#include <vector>

namespace lars::lb {

/// Spreads the bits of a number over all of its bits, as SplitMix64's output function does.
constexpr std::uint64_t mixed(std::uint64_t bits) {
    bits += 0x9E3779B97F4A7C15ULL;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBULL;
    return bits ^ (bits >> 31);
}

/// Of an address and port; the same on every host and in every version.
std::uint64_t hash_of(const Endpoint& endpoint);

/// Which endpoint a key belongs to: Maglev's lookup table (Eisenbud and others, "Maglev: a fast and
/// reliable software network load balancer", NSDI 2016), filled in another way.
///
/// As there, each endpoint goes through the places in an order of its own, and takes one at each of
/// its turns; one of twice the weight has twice as many turns. Here a turn whose place is taken
/// already is lost, where Maglev looks on for the next free one. So each place belongs to who comes
/// to it first, whoever the others are, which is rendezvous hashing (Thaler and Ravishankar, 1998):
/// when an endpoint goes, its own places change hands and no other. Maglev's are more even, and two
/// to four times as many move at such sizes.
class HashTable {
public:
    HashTable() = default;
    /// Of the active endpoints.
    explicit HashTable(const EndpointTable& endpoint_table);

    bool empty() const { return places_.empty(); }
    std::size_t size() const { return places_.size(); }
    /// Precondition: it isn't empty.
    Slot owner(std::uint64_t key) const {
        __extension__ using Wide = unsigned __int128;
        return places_[static_cast<std::size_t>((Wide{mixed(key)} * places_.size()) >> 64)];
    }

private:
    std::vector<Slot> places_;
};

}  // namespace lars::lb
