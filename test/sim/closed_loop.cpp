#include "sim/closed_loop.hpp"

#include <algorithm>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

std::uint32_t below(std::uint32_t bound, lb::Random& random) {
    return lb::scaled(static_cast<std::uint32_t>(random() >> 32), bound);
}

}  // namespace

ClosedLoop::ClosedLoop(const Scenario& scenario, const std::string& policy, std::uint64_t seed)
    : scenario_(scenario),
      servers_(scenario.servers.begin(), scenario.servers.end()),
      caller_(policy_factory(policy, World{servers_}), scenario.latencies, seed * 7919),
      random_(seed * 104'729),
      connected_(scenario.shares.in_flight * servers_.size()),
      picks_(servers_.size()),
      now_(1s) {
    const auto count = static_cast<std::uint32_t>(servers_.size());
    for (std::uint32_t i = 0; i < count; ++i) unreported_.push_back(below(100, random_));
    singled_out_ = below(20 * count, random_);
    Route route;
    for (std::uint32_t i = 0; i < count; ++i) {
        route.endpoints.push_back({World::endpoint_of(i), scenario.servers[i].weight, ""});
    }
    canonicalize(route);
    caller_.set_route(route, now_);
}

Result ClosedLoop::run() {
    for (std::uint32_t place = 0; place < scenario_.shares.in_flight; ++place) call(place);
    const auto all = scenario_.shares.calls_each * servers_.size();
    while (calls_ < all) {
        const auto [at, ended] = events_.pop();
        now_ = at;
        servers_[ended.server].finish(ended.worker, now_);
        if (ended.reported) caller_.report(ended.server, ended.outcome, ended.took, now_);
        call(ended.place);
    }
    Result result(servers_.size());
    result.calls = calls_;
    const auto [min, max] = std::minmax_element(picks_.begin(), picks_.end());
    const auto fair = double(all) / double(servers_.size());
    result.share_min = *min / fair;
    result.share_max = *max / fair;
    return result;
}

void ClosedLoop::call(std::uint32_t place) {
    const auto server = *caller_.pick(now_);
    auto took = scenario_.times.draw(random_);
    auto connected =
        connected_.begin() + static_cast<std::ptrdiff_t>(place * servers_.size() + server);
    if (!*connected) took = Time(std::int64_t(double(took.count()) * scenario_.shares.first_call));
    *connected = true;
    // Policies that look at servers find the call there.
    servers_[server].expect(took);
    const auto start = servers_[server].receive(place, took, now_).value();
    const bool fails = scenario_.shares.one_fails && calls_ == singled_out_;
    const Ended ended{
        .place = place,
        .server = server,
        .worker = start.worker,
        .took = took,
        .outcome = fails ? lb::CallOutcome::failure : lb::CallOutcome::success,
        .reported = !loses(server)};
    events_.push(start.ends, ended);
    ++picks_[server];
    ++calls_;
}

bool ClosedLoop::loses(std::uint32_t server) {
    switch (scenario_.shares.unreported) {
        case Unreported::one:
            return calls_ == singled_out_;
        case Unreported::one_of_each:
            return picks_[server] == unreported_[server];
        case Unreported::thousandth:
            return below(1000, random_) == 0;
        case Unreported::none:
            break;
    }
    return false;
}

}  // namespace lars::sim
