#include "net/link_state.hpp"

#include <algorithm>

namespace lars::net {
namespace {

// A peer that is lost again and again is returned to every 4 to 8 minutes, unless configured
// otherwise.
constexpr unsigned kMaxMovesInVain = 4;

// Evenly, as far as a range of milliseconds or peers can show.
std::uint32_t below(std::uint64_t end, std::uint32_t random) {
    return static_cast<std::uint32_t>(random % end);
}

}  // namespace

LinkState::LinkState(const LinkOptions& options, std::uint32_t random)
    : options_(options),
      backoff_(options.backoff),
      first_choice_(below(options.peers.size(), random)),
      peer_(first_choice_),
      greetings_(options.peers.size(), Greeting::untried),
      probed_(first_choice_) {}

PeerExpectation LinkState::expected(std::size_t peer) const {
    if (options_.expected != PeerExpectation::either) return options_.expected;
    const bool answered = greetings_[peer] == Greeting::answered;
    return answered ? PeerExpectation::ours : PeerExpectation::either;
}

void LinkState::begin_attempt() {
    ++failed_in_row_;
    accepted_since_.reset();
    certain_ = false;
    moved_here_ = move_to_.has_value();
    if (move_to_) peer_ = *move_to_;
    move_to_.reset();
}

LinkState::Loudness LinkState::connect_failed() {
    const auto before = loudness();
    outage_logged_ = true;
    return before;
}

bool LinkState::accepts(PeerKind kind, Clock::time_point now) {
    if (kind == PeerKind::unknown) return true;
    const bool ours = kind == PeerKind::ours;
    greetings_[peer_] = ours ? Greeting::answered : Greeting::unanswered;
    if (!ours && options_.expected == PeerExpectation::ours) return false;
    certain_ = kind != PeerKind::presumed_original;
    const bool others_untried = failed_in_row_ < options_.peers.size();
    if (!certain_ && others_untried && others_may_answer()) return false;
    if (!accepted_since_) accepted_since_ = now;
    return true;
}

bool LinkState::others_may_answer() const {
    for (std::size_t i = 0; i < greetings_.size(); ++i) {
        if (i != peer_ && greetings_[i] != Greeting::unanswered) return true;
    }
    return false;
}

bool LinkState::outage_over(Clock::time_point now) {
    if (!outage_logged_ || !accepted_since_) return false;
    if (now - *accepted_since_ < options_.stable_after) return false;
    outage_logged_ = false;
    return true;
}

LinkState::Loudness LinkState::end_session(Clock::time_point now) {
    const auto before = loudness();
    const bool stable = accepted_since_ && now - *accepted_since_ >= options_.stable_after;
    outage_logged_ = !stable;
    if (stable) {
        backoff_.reset();
        failed_in_row_ = 0;
    }
    if (moved_here_) {
        const bool lasted = accepted_since_ && now - *accepted_since_ >= options_.return_after;
        moves_in_vain_ = lasted ? 0 : std::min(moves_in_vain_ + 1, kMaxMovesInVain);
    }
    return move_to_ ? Loudness::silent : before;
}

std::optional<std::chrono::milliseconds> LinkState::next_attempt(std::uint32_t random) {
    if (move_to_) return std::nullopt;
    peer_ = (peer_ + 1) % options_.peers.size();
    if (failed_in_row_ >= options_.peers.size()) return backoff_.next(random);
    const auto spread = static_cast<std::uint64_t>(options_.failover_spread.count());
    return std::chrono::milliseconds(below(spread, random));
}

std::chrono::milliseconds LinkState::probe_delay(std::uint32_t random) const {
    const auto delay = options_.return_after * (1 << moves_in_vain_);
    const auto spread = static_cast<std::uint64_t>(delay.count());
    return delay + std::chrono::milliseconds(below(spread, random));
}

std::optional<std::size_t> LinkState::next_probe() {
    if (options_.peers.size() == 1) return std::nullopt;
    if (certain_) return at_first_choice() ? std::nullopt : std::optional(first_choice_);
    do {
        probed_ = (probed_ + 1) % options_.peers.size();
    } while (probed_ == peer_);
    return probed_;
}

bool LinkState::moves_to(std::size_t peer, Probe probe) {
    const bool answered = probe == Probe::answered;
    // An original one keeps its connections open, and is as good as another that isn't ours.
    const bool as_good = probe == Probe::unanswered && expected(peer) != PeerExpectation::ours &&
                         greetings_[peer_] != Greeting::answered;
    if (answered) greetings_[peer] = Greeting::answered;
    const bool moves = answered || (as_good && peer == first_choice_);
    if (moves) move_to_ = peer;
    return moves;
}

}  // namespace lars::net
