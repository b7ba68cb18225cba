#include "figures.hpp"
#include "lb/catalog.hpp"
#include "lb/load.hpp"
#include "lb/sketch.hpp"
#include "support/allocations.hpp"

#include <cstdio>

// What adaptive costs on one thread, in CPU time of it: beside the least that two choices can cost,
// and by the number of endpoints. What is compared takes turns within the run.
namespace {

using namespace lars;
using namespace lars::bench;

template <class Work>
double ns_each(int times, Work&& work) {
    const auto begin = thread_cpu_us();
    for (int i = 0; i < times; ++i) work();
    return (thread_cpu_us() - begin) * 1e3 / times;
}

struct Pair {
    Calls calls{1};
    std::unique_ptr<lb::Balancer> balancer;

    explicit Pair(std::uint32_t endpoints)
        : balancer(running_balancer("adaptive", endpoints, Health::all_well, calls)) {}

    void operator()() { pick_and_report(*balancer, calls); }
    void pick() { kept = balancer->pick({}, calls.next_moment(), calls.random).endpoint; }

    Endpoint kept;  // so that a pick has a reader
};

struct SketchPair {
    Calls calls{1};
    Sketch sketch;

    explicit SketchPair(std::uint32_t endpoints) : sketch(route_of(endpoints)) {}

    void operator()() {
        calls.next_moment();
        sketch.report(calls.exchange(sketch.pick(calls.random)), calls.next_call());
    }
};

void add_bytes(Figures& figures) {
    // Made before anything is counted: modules share it, and with it what there is once.
    const auto factory = lb::policy_factory({"adaptive", {}}, {});
    for (const std::uint32_t endpoints : {1'000U, 10'000U}) {
        const auto route = route_of(endpoints);
        const auto before = test::allocations().bytes_held;
        lb::Balancer balancer(factory);
        balancer.update(route, begin_time());
        const auto held = test::allocations().bytes_held - before + sizeof balancer;
        const auto key = "bytes_per_endpoint" + std::string(endpoints == 1'000 ? "" : "_10000");
        figures.add(key, double(held) / endpoints);
    }
}

int run(const Settings& settings) {
    const int rounds = settings.quick ? 2 : 21;
    const int times = settings.quick ? 20'000 : 400'000;
    Figures figures("lb");
    add_bytes(figures);

    Pair pair(1'000);
    SketchPair sketch(1'000);
    Pair small(100);
    Pair large(10'000);
    for (int round = 0; round < rounds; ++round) {
        const auto adaptive_ns = ns_each(times, pair);
        const auto sketch_ns = ns_each(times, sketch);
        const auto pick_100_ns = ns_each(times, [&small] { small.pick(); });
        const auto pick_10000_ns = ns_each(times, [&large] { large.pick(); });
        figures.add("adaptive_pair_ns_1000", adaptive_ns);
        figures.add("sketch_pair_ns_1000", sketch_ns);
        figures.add("adaptive_pair_ratio", adaptive_ns / sketch_ns);
        figures.add("pick_ns_100", pick_100_ns);
        figures.add("pick_ns_10000", pick_10000_ns);
        figures.add("ratio_10000_100", pick_10000_ns / pick_100_ns);
    }
    const auto before = test::allocations().made;
    for (int i = 0; i < times; ++i) pair();
    figures.add("allocations_per_pair", double(test::allocations().made - before) / times);
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const auto settings = parse_settings(argc, argv);
    return run_benchmark("lb", [&settings] { return run(settings); });
}
