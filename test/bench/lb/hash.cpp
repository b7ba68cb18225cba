#include "figures.hpp"
#include "lb/catalog.hpp"
#include "lb/load.hpp"
#include "lb/picking/hash_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <vector>

// What consistent_hash is worth: which keys move when an endpoint goes, how full the fullest
// endpoint gets when some keys are frequent, and what a pick costs beside adaptive's in the same
// run.
namespace {

using namespace lars;
using namespace lars::bench;

constexpr std::uint32_t kEndpoints = 100;

/// Keys moved when each of the endpoints goes in its turn, to the share that had to move.
double moved_ratio(std::uint64_t keys) {
    const auto route = route_of(kEndpoints);
    const lb::EndpointTable all(route);
    const lb::HashTable before(all);
    double moved = 0;
    for (std::uint32_t gone = 0; gone < kEndpoints; ++gone) {
        auto less = route;
        less.endpoints.erase(less.endpoints.begin() + gone);
        const lb::EndpointTable rest(less);
        const lb::HashTable after(rest);
        for (std::uint64_t key = 0; key < keys; ++key) {
            moved += all.endpoint(before.owner(key)) != rest.endpoint(after.owner(key));
        }
    }
    return moved / double(keys);  // each endpoint's share is 1 / kEndpoints, and as many went
}

/// Keys 1, 2, … as often as 1, 1/2, … (Zipf's law with an exponent of 1).
class ZipfKeys {
public:
    explicit ZipfKeys(std::size_t keys) {
        for (std::size_t i = 1; i <= keys; ++i) sums_.push_back(sum_ += 1 / double(i));
    }
    std::uint64_t draw(lb::Random& random) const {
        const auto at = double(random() >> 11) * 0x1p-53 * sum_;
        return std::uint64_t(std::upper_bound(sums_.begin(), sums_.end(), at) - sums_.begin());
    }

private:
    double sum_ = 0;
    std::vector<double> sums_;
};

/// Of calls in flight, the most that any endpoint ever has to the mean, with 64 for each endpoint.
double fullest_ratio(int calls) {
    constexpr std::size_t kInFlight = 64 * kEndpoints;
    lb::Balancer balancer(lb::policy_factory({"consistent_hash", {}}, {}));
    balancer.update(route_of(kEndpoints), begin_time());
    const ZipfKeys keys(100'000);
    lb::Random random(1);
    auto now = begin_time();
    std::deque<lb::Slot> out;
    std::vector<int> in_flight(kEndpoints);
    int most = 0;
    for (int i = 0; i < calls; ++i) {
        now += lb::Time(1'000);
        if (out.size() == kInFlight) {
            const auto slot = out.front();
            out.pop_front();
            --in_flight[slot];
            const auto& endpoint = balancer.endpoint_table().endpoint(slot);
            balancer.report(
                endpoint, {lb::CallOutcome::success, std::chrono::microseconds(6'400)}, now
            );
        }
        const auto pick = balancer.pick({.hash_key = keys.draw(random)}, now, random);
        out.push_back(balancer.endpoint_table().find(pick.endpoint));
        const auto load = ++in_flight[out.back()];
        if (out.size() == kInFlight) most = std::max(most, load);
    }
    return double(most) * kEndpoints / kInFlight;
}

struct Picking {
    Calls calls{1};
    std::unique_ptr<lb::Balancer> balancer;

    explicit Picking(const std::string& policy)
        : balancer(running_balancer(policy, kEndpoints, Health::all_well, calls)) {}

    double ns(int times) {
        const auto begin = thread_cpu_us();
        for (int i = 0; i < times; ++i) {
            const auto now = calls.next_moment();
            const auto pick = balancer->pick({.hash_key = calls.random()}, now, calls.random);
            balancer->report(calls.exchange(pick.endpoint), calls.next_call(), now);
        }
        return (thread_cpu_us() - begin) * 1e3 / times;
    }

    /// Of picks alone, as many in a row as are in flight; their reports come after them.
    double pick_ns(int times) {
        std::array<Endpoint, 64> picked;
        double us = 0;
        for (int done = 0; done < times; done += int(picked.size())) {
            const auto begin = thread_cpu_us();
            for (auto& each : picked) {
                const auto now = calls.next_moment();
                each = balancer->pick({.hash_key = calls.random()}, now, calls.random).endpoint;
            }
            us += thread_cpu_us() - begin;
            for (const auto& each : picked) balancer->report(each, calls.next_call(), calls.now);
        }
        return us * 1e3 / times;
    }
};

int run(const Settings& settings) {
    const int rounds = settings.quick ? 2 : 21;
    const int times = settings.quick ? 20'000 : 400'000;
    Figures figures("hash");
    figures.add("moved_ratio", moved_ratio(settings.quick ? 10'000 : 100'000));
    figures.add("fullest_ratio", fullest_ratio(settings.quick ? 30'000 : 1'000'000));
    Picking hashing("consistent_hash");
    Picking adaptive("adaptive");
    for (int round = 0; round < rounds; ++round) {
        const auto hash_ns = hashing.ns(times);
        const auto adaptive_ns = adaptive.ns(times);
        figures.add("pair_ns", hash_ns);
        figures.add("adaptive_pair_ns", adaptive_ns);
        figures.add("pair_ratio", hash_ns / adaptive_ns);
        const auto hash_pick_ns = hashing.pick_ns(times);
        const auto adaptive_pick_ns = adaptive.pick_ns(times);
        figures.add("pick_ns", hash_pick_ns);
        figures.add("adaptive_pick_ns", adaptive_pick_ns);
        figures.add("pick_ratio", hash_pick_ns / adaptive_pick_ns);
    }
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const auto settings = parse_settings(argc, argv);
    return run_benchmark("hash", [&settings] { return run(settings); });
}
