#include "cli/saboteur.hpp"

#include <algorithm>

namespace lars::cli {
namespace {

constexpr std::chrono::seconds kFirst{2};
constexpr std::chrono::seconds kPeriod{30};
constexpr std::chrono::seconds kMinBroken{3};  // an ejection is 1 s, and then single calls try it

}  // namespace

Saboteur::Saboteur(Targets& targets)
    : victim_(*targets.begin()->second.server), breaks_at_(kFirst) {
    for (auto& [endpoint, target] : targets) {
        if (target.module.modid == 1) victim_ = *target.server;
    }
}

std::optional<std::string> Saboteur::act(Duration since_begin, bool ejected) {
    switch (phase_) {
        case Phase::well:
            if (since_begin < breaks_at_) return {};
            breaks_at_ = since_begin;
            return set(Phase::broken);
        case Phase::broken:
            if (!ejected || since_begin < breaks_at_ + kMinBroken) return {};
            return set(Phase::mended);
        case Phase::mended:
            if (ejected) return {};
            ++rounds_;
            phase_ = Phase::well;
            breaks_at_ = std::max(breaks_at_ + kPeriod, since_begin + kFirst);
            return {};
    }
    return {};
}

std::string Saboteur::set(Phase phase) {
    phase_ = phase;
    const bool broken = phase == Phase::broken;
    victim_.get().set_manner(broken ? EchoServer::Manner::hangs_up : EchoServer::Manner::echoes);
    return "--- the server at " + to_string(victim()) +
           (broken ? " fails from now on" : " is mended");
}

}  // namespace lars::cli
