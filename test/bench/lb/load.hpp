#pragma once

#include "lb/balancer.hpp"

#include <array>
#include <memory>

namespace lars::bench {

lb::Time begin_time();

/// Endpoints 10.x.y.z:80 of equal weight.
Route route_of(std::uint32_t endpoints);

/// What callers do to one module, made of cheap parts so that it costs little beside the balancer:
/// up to 64 calls are out at a time, of about 1 ms, at random moments 0 to 2 us apart. One in 1,024
/// fails.
class Calls {
public:
    explicit Calls(std::uint64_t seed) : random(seed) {}

    lb::Time next_moment() { return now += lb::Time(random() & 2047); }
    lb::Call next_call() {
        const auto bits = random();
        return {
            (bits & 1023) == 0 ? lb::CallOutcome::failure : lb::CallOutcome::success,
            std::chrono::microseconds(500 + ((bits >> 32) & 1023))};
    }
    /// Takes the place of the call that has been out for longest, and answers that.
    Endpoint exchange(const Endpoint& endpoint) {
        auto& place = out_[at_++ % out_.size()];
        const auto before = place;
        place = endpoint;
        return before;
    }

    lb::Random random;
    lb::Time now = begin_time();

private:
    std::array<Endpoint, 64> out_{};
    std::size_t at_ = 0;
};

/// One pick, and the report of the call that was picked 64 calls before.
inline void pick_and_report(lb::Balancer& balancer, Calls& calls) {
    const auto now = calls.next_moment();
    const auto pick = balancer.pick({}, now, calls.random);
    balancer.report(calls.exchange(pick.endpoint), calls.next_call(), now);
}

/// A balancer in use, with every tenth endpoint held for broken if wanted.
enum class Health { all_well, tenth_broken };
std::unique_ptr<lb::Balancer> running_balancer(
    const std::string& policy, std::uint32_t endpoints, Health health, Calls& calls
);

}  // namespace lars::bench
