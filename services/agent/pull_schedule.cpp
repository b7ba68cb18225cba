#include "agent/pull_schedule.hpp"

#include <algorithm>

namespace lars::agent {
namespace {

// A request stays unanswered only if the connection was lost, and then all modules are asked for
// again; this is the net under that.
constexpr auto kAskAgain = std::chrono::seconds(1);

Pull pull_of(const Module& module) {
    return {module.id(), module.etag(), module.origin, static_cast<std::uint32_t>(module.rows())};
}

}  // namespace

void PullSchedule::add(Module& module, lb::Time now) {
    request(module, now + kAskAgain);
}

void PullSchedule::request(Module& module, lb::Time next) {
    module.pull.used = false;
    module.pull.next = next;
    due_.push_back(module.id());
}

void PullSchedule::advance(Module& module, lb::Time now) {
    if (!module.pull.used || now < module.pull.next) return;
    // A dns that doesn't believe its store leaves those alone who have a route: no use to press it.
    if (module.pull.answered || !module.unknown()) {
        request(module, now + update_timeout_);
    } else {
        request(module, now + kAskAgain);
    }
}

bool PullSchedule::believe(Module& module, bool empty, RouteSource source, lb::Time now) {
    auto& pull = module.pull;
    pull.answered = true;
    const bool emptied = empty && !module.unknown();
    if (!emptied || source == RouteSource::ours || ++pull.empty_answers >= 2) return true;
    pull.next = now + kAskAgain;
    pull.used = true;
    return false;
}

void PullSchedule::note_route(Module& module, lb::Time now) {
    module.pull.empty_answers = 0;
    module.pull.next = now + update_timeout_;
}

void PullSchedule::ask_all(const ModuleMap& modules) {
    due_.clear();
    unasked_ = modules.size();
}

// Modules that come meanwhile are asked for by add(). Those that go meanwhile leave their positions
// to the last ones, which have been asked for already, and may be once more.
std::vector<Pull> PullSchedule::drain(ModuleMap& modules, std::size_t max, lb::Time now) {
    std::vector<Pull> pulls;
    unasked_ = std::min(unasked_, modules.size());
    while (pulls.size() < max && unasked_ > 0) {
        auto& module = modules.at(--unasked_);
        module.pull.next = now + kAskAgain;
        pulls.push_back(pull_of(module));
    }
    while (pulls.size() < max && !due_.empty()) {
        // It may have been dropped since.
        const auto* module = modules.find(due_.back());
        if (module) pulls.push_back(pull_of(*module));
        due_.pop_back();
    }
    return pulls;
}

}  // namespace lars::agent
