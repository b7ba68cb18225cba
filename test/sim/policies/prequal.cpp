#include "sim/policies/prequal.hpp"

#include <algorithm>
#include <cmath>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

// The paper's defaults, in its words: r_probe, r_remove, m, delta, Q_RIF, and the age limit.
constexpr int kProbesPerCall = 3;
constexpr double kRemovedPerCall = 1;
constexpr std::size_t kPool = 16;
constexpr double kDelta = 1;
constexpr double kColdQuantile = 0.84;  // 2^-0.25
constexpr lb::Time kOldest = 1s;
// With fewer probes than this at hand the choice is random.
constexpr std::size_t kFewest = 2;

}  // namespace

Prequal::Prequal(const lb::PolicyStart& start, const World& world) : Policy(start), world_(world) {
    begin_pool();
}

void Prequal::update(std::span<const lb::Slot> /*origins*/, lb::Time /*now*/) {
    begin_pool();
}

void Prequal::begin_pool() {
    pool_.clear();
    // A pool of as many probes as there are servers would be used for ever: the paper means fleets
    // much larger than the pool.
    const auto servers = static_cast<double>(members().active());
    pool_size_ = std::min(kPool, static_cast<std::size_t>(std::max(servers / 2, 2.0)));
    const auto fresh = (1 - double(pool_size_) / std::max(servers, 1.0)) * kProbesPerCall;
    const auto gained = fresh - kRemovedPerCall;
    uses_ = gained > 0 ? std::max(1.0, (1 + kDelta) / gained) : 1e9;
}

lb::Slot Prequal::pick(const lb::PickContext& /*context*/, lb::Time now, lb::Random& random) {
    forget(now);
    lb::Slot chosen = 0;
    if (pool_.size() < kFewest) {
        const auto bits = static_cast<std::uint32_t>(random() >> 32);
        chosen = lb::scaled(bits, static_cast<std::uint32_t>(members().active()));
    } else {
        const auto place = best();
        auto& used = pool_[place];
        chosen = used.slot;
        ++used.in_flight;  // this call
        if (++used.uses >= std::lround(uses_)) {
            pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(place));
        }
        remove_one();
    }
    for (int i = 0; i < kProbesPerCall; ++i) probe(now, random);
    return chosen;
}

void Prequal::probe(lb::Time now, lb::Random& random) {
    const auto bits = static_cast<std::uint32_t>(random() >> 32);
    const auto slot = lb::scaled(bits, static_cast<std::uint32_t>(members().active()));
    const auto& server = world_.servers[World::server_of(members().endpoint(slot))];
    if (server.health == Health::refusing || server.health == Health::black_hole) return;
    note(server.in_flight());
    if (pool_.size() == pool_size_) pool_.erase(pool_.begin());
    const auto in_flight = server.in_flight();
    pool_.push_back({slot, now, in_flight, server.latencies().median_us(in_flight, now)});
}

void Prequal::forget(lb::Time now) {
    const auto fresh = std::find_if(pool_.begin(), pool_.end(), [now](const Probe& each) {
        return now - each.taken <= kOldest;
    });
    pool_.erase(pool_.begin(), fresh);
}

void Prequal::note(std::uint32_t in_flight) {
    auto& place = latest_[noted_ % kRemembered];
    if (noted_ >= kRemembered) --counts_[place];
    place = static_cast<std::uint8_t>(std::min(in_flight, 255U));
    ++counts_[place];
    ++noted_;
    const auto rank = kColdQuantile * static_cast<double>(std::min(noted_, kRemembered));
    double below = 0;
    hot_above_ = 0;
    while (below += counts_[hot_above_], below < rank) ++hot_above_;
}

bool Prequal::better(const Probe& a, const Probe& b) const {
    const bool a_hot = a.in_flight > hot_above_;
    const bool b_hot = b.in_flight > hot_above_;
    if (a_hot != b_hot) return b_hot;
    return a_hot ? a.in_flight < b.in_flight : a.latency_us < b.latency_us;
}

std::size_t Prequal::best() const {
    const auto by = [this](const Probe& a, const Probe& b) { return better(a, b); };
    return static_cast<std::size_t>(
        std::min_element(pool_.begin(), pool_.end(), by) - pool_.begin()
    );
}

std::size_t Prequal::worst() const {
    const auto by = [this](const Probe& a, const Probe& b) { return better(a, b); };
    return static_cast<std::size_t>(
        std::max_element(pool_.begin(), pool_.end(), by) - pool_.begin()
    );
}

// So that bad news doesn't stay when the good is used up: in turn the oldest and the worst.
void Prequal::remove_one() {
    oldest_next_ = !oldest_next_;
    if (pool_.empty()) return;
    const auto place = oldest_next_ ? 0 : worst();
    pool_.erase(pool_.begin() + static_cast<std::ptrdiff_t>(place));
}

}  // namespace lars::sim
