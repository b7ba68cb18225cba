#include "net/link_state.hpp"

namespace lars::net {
namespace {

// Evenly, as far as a range of milliseconds or peers can show.
std::uint32_t below(std::uint64_t end, std::uint32_t random) {
    return static_cast<std::uint32_t>(random % end);
}

}  // namespace

LinkState::LinkState(const LinkOptions& options, std::uint32_t random)
    : options_(options),
      backoff_(options.backoff),
      first_choice_(below(options.peers.size(), random)),
      peer_(first_choice_) {}

void LinkState::begin_attempt() {
    ++failed_in_row_;
    if (!returning_) return;
    peer_ = first_choice_;
    returning_ = false;
}

LinkState::Loudness LinkState::connect_failed() {
    const auto loudness = outage_logged_ ? Loudness::quietly : Loudness::aloud;
    outage_logged_ = true;
    return loudness;
}

LinkState::Loudness LinkState::connected(Clock::time_point now) {
    connected_since_ = now;
    return outage_logged_ ? Loudness::quietly : Loudness::aloud;
}

bool LinkState::outage_over(Clock::time_point now) {
    if (!outage_logged_ || now - connected_since_ < options_.stable_after) return false;
    outage_logged_ = false;
    return true;
}

LinkState::Loudness LinkState::end_session(Clock::time_point now) {
    const auto loudness = outage_logged_ ? Loudness::quietly : Loudness::aloud;
    const bool stable = now - connected_since_ >= options_.stable_after;
    outage_logged_ = !stable;
    if (stable) {
        backoff_.reset();
        failed_in_row_ = 0;
    }
    return returning_ ? Loudness::silent : loudness;
}

std::optional<std::chrono::milliseconds> LinkState::next_attempt(std::uint32_t random) {
    if (returning_) return std::nullopt;
    peer_ = (peer_ + 1) % options_.peers.size();
    if (failed_in_row_ >= options_.peers.size()) return backoff_.next(random);
    const auto spread = static_cast<std::uint64_t>(options_.failover_spread.count());
    return std::chrono::milliseconds(below(spread, random));
}

std::chrono::milliseconds LinkState::probe_delay(std::uint32_t random) const {
    const auto spread = static_cast<std::uint64_t>(options_.return_after.count());
    return options_.return_after + std::chrono::milliseconds(below(spread, random));
}

bool LinkState::returns_after(Probe probe) {
    returning_ = probe == Probe::kept;
    return returning_;
}

}  // namespace lars::net
