#include "cli/saboteur.hpp"

namespace lars::cli {
namespace {

constexpr std::chrono::seconds kPeriod{30};
// Within each period.
constexpr std::chrono::seconds kBreaks{2};
constexpr std::chrono::seconds kMended{5};

}  // namespace

Saboteur::Saboteur(Targets& targets) : victim_(*targets.begin()->second.server) {
    for (auto& [endpoint, target] : targets) {
        if (target.module.modid == 1) victim_ = *target.server;
    }
}

std::optional<std::string> Saboteur::act(std::chrono::steady_clock::duration since_begin) {
    const auto phase = since_begin % kPeriod;
    const bool breaks = phase >= kBreaks && phase < kMended;
    if (breaks == breaks_) return {};
    breaks_ = breaks;
    victim_.get().set_manner(breaks ? EchoServer::Manner::hangs_up : EchoServer::Manner::echoes);
    return "--- the server at " + to_string(victim_.get().local()) +
           (breaks ? " fails from now on" : " is mended");
}

}  // namespace lars::cli
