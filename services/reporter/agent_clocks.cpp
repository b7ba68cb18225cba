#include "reporter/agent_clocks.hpp"

namespace lars::reporter {

void AgentClocks::set(std::uint64_t session, std::chrono::milliseconds ahead) {
    const bool changed = ahead.count() == 0 ? all_.erase(session) > 0
                                            : all_.insert_or_assign(session, ahead).second ||
                                                  ahead.count() != largest_ms_;
    if (!changed) return;
    std::chrono::milliseconds largest{0};
    for (const auto& [each, its] : all_) {
        if (std::chrono::abs(its) > std::chrono::abs(largest)) largest = its;
    }
    off_ = all_.size();
    largest_ms_ = largest.count();
}

}  // namespace lars::reporter
