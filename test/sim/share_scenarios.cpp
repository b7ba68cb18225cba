#include "sim/scenario.hpp"

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

struct Trouble {
    const char* name;
    Shares shares;
};

// First calls are dear in all but the first of them.
const Trouble kTroubles[] = {
    {"warm", {.first_call = 1}},
    {"first_calls", {}},
    {"lost_one", {.unreported = Unreported::one}},
    {"lost_of_each", {.unreported = Unreported::one_of_each}},
    {"lost_thousandth", {.unreported = Unreported::thousandth}},
    {"one_fails", {.one_fails = true}},
};

struct Scale {
    const char* name;
    Time mean;
};

const Scale kScales[] = {{"20us", 20us}, {"1ms", 1ms}, {"20ms", 20ms}, {"1s", 1s}};

}  // namespace

// shares_TROUBLE[_no_latency]_SIGMA_SCALE_SERVERSxINFLIGHT
std::vector<Scenario> share_scenarios() {
    std::vector<Scenario> all;
    for (const auto& trouble : kTroubles) {
        for (const auto latencies : {Latencies::reported, Latencies::not_reported}) {
            for (const auto sigma : {0.3, 1.0}) {
                for (const auto& scale : kScales) {
                    for (const std::uint32_t servers : {2, 3, 10}) {
                        for (const std::uint32_t in_flight : {1, 2, 8}) {
                            Scenario each;
                            each.sweep = std::string("shares_") + trouble.name +
                                         (latencies == Latencies::reported ? "" : "_no_latency") +
                                         (sigma < 1 ? "_narrow" : "_wide");
                            each.name = each.sweep + '_' + scale.name + '_' +
                                        std::to_string(servers) + 'x' + std::to_string(in_flight);
                            each.servers.resize(servers, {.workers = in_flight});
                            each.callers = 1;
                            each.times = {ServiceTimes::Shape::lognormal, scale.mean, sigma};
                            each.latencies = latencies;
                            each.shares = trouble.shares;
                            each.shares.in_flight = in_flight;
                            all.push_back(std::move(each));
                        }
                    }
                }
            }
        }
    }
    return all;
}

}  // namespace lars::sim
