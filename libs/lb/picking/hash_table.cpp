#include "lb/picking/hash_table.hpp"

#include <algorithm>
#include <bit>

namespace lars::lb {
namespace {

// Primes, so that every step but 0 leads through all places. The sizes step by about two, and the
// least has a hundred places for each endpoint: its share is then within a tenth or so of fair.
constexpr std::uint32_t kSizes[] = {
    211, 401, 809, 1'601, 3'203, 6'421, 12'809, 25'601, 51'203, 102'407, 204'803, 409'609, 819'229};
constexpr std::uint64_t kPlacesEach = 100;

std::uint32_t size_for(std::size_t endpoints) {
    for (const auto size : kSizes) {
        if (size >= kPlacesEach * endpoints) return size;
    }
    return std::end(kSizes)[-1];
}

/// Where an endpoint is on its way through the places.
struct Walk {
    std::uint64_t hash = 0;  // decides whose turn is first
    std::uint32_t place = 0;
    std::uint32_t step = 0;
    float turns = 0;   // that are due
    float weight = 1;  // turns in each round
    Slot slot = 0;
};

}  // namespace

std::uint64_t hash_of(const Endpoint& endpoint) {
    std::uint64_t hash = endpoint.port;
    for (std::size_t begin = 0; begin < endpoint.address.size(); begin += 8) {
        std::uint64_t half = 0;
        for (std::size_t i = 0; i < 8; ++i) half = half << 8 | endpoint.address[begin + i];
        hash = mixed(hash ^ half);
    }
    return hash;
}

HashTable::HashTable(const EndpointTable& endpoint_table)
    : places_(endpoint_table.active() == 0 ? 0 : size_for(endpoint_table.active()), kNoSlot) {
    const auto size = static_cast<std::uint32_t>(places_.size());
    std::vector<Walk> walks;
    std::uint32_t heaviest = 1;
    for (Slot slot = 0; slot < endpoint_table.active(); ++slot) {
        const auto hash = hash_of(endpoint_table.endpoint(slot));
        walks.push_back(
            {.hash = hash,
             .place = static_cast<std::uint32_t>(mixed(hash) % size),
             .step = static_cast<std::uint32_t>(mixed(hash + 1) % (size - 1) + 1),
             .slot = slot}
        );
        heaviest = std::max(heaviest, endpoint_table.weight(slot));
    }
    for (auto& walk : walks) {
        // A round's length is a power of two of weight: so it is the same when the heaviest goes,
        // or nearly always, and with it who comes first.
        walk.weight = static_cast<float>(endpoint_table.weight(walk.slot)) /
                      static_cast<float>(std::bit_ceil(heaviest));
    }
    std::sort(walks.begin(), walks.end(), [](const Walk& a, const Walk& b) {
        return a.hash < b.hash;
    });
    for (auto left = size; left > 0;) {
        for (auto& walk : walks) {
            walk.turns += walk.weight;
            if (walk.turns < 1) continue;
            walk.turns -= 1;
            auto& place = places_[walk.place];
            walk.place = (walk.place + walk.step) % size;
            if (place != kNoSlot) continue;
            place = walk.slot;
            if (--left == 0) return;
        }
    }
}

}  // namespace lars::lb
