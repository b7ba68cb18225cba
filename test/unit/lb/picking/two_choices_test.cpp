#include "lb/picking/two_choices.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <map>
#include <vector>

using namespace lars;
using namespace lars::lb;

namespace {

/// Endpoints 0 to n - 1 of which some may be chosen, each with its share.
struct Fleet {
    EndpointTable table;
    std::vector<Slot> candidates;
    std::vector<float> shares;
    bool healthy = false;  // nobody is judged

    explicit Fleet(const std::vector<std::uint32_t>& weights) : shares(weights.size(), 1) {
        Route route;
        route.module = {1, 1};
        for (std::uint32_t i = 0; i < weights.size(); ++i) {
            route.endpoints.push_back({Endpoint::from_ipv4(0x0A000000U + i, 80), weights[i], ""});
            candidates.push_back(i);
        }
        table = EndpointTable(route);
    }

    const EndpointTable& endpoint_table() const { return table; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(candidates.size()); }
    Slot at(std::uint32_t index) const { return candidates[index]; }
    Slot draw(Random& random) const {
        return table.equal_weights() ? draw_any(*this, random) : table.draw_by_weight(random);
    }
    float weight() const { return table.mean_weight() * static_cast<float>(table.active()); }
    bool judged() const { return !healthy; }
    bool contains(Slot slot) const {
        return std::find(candidates.begin(), candidates.end(), slot) != candidates.end();
    }
    bool equal() const {
        return table.equal_weights() &&
               std::all_of(shares.begin(), shares.end(), [](float each) { return each == 1; });
    }
    float share(Slot slot, Time /*now*/) const { return shares[slot]; }
};

constexpr int kDraws = 40'000;

/// The part of all draws that each had, both of a pair counted.
std::map<Slot, double> draw(const Fleet& fleet) {
    Random random(1);
    std::map<Slot, double> drawn;
    for (int i = 0; i < kDraws; ++i) {
        const auto [first, second, odds] = draw_two(fleet, Time(), random);
        drawn[first] += 0.5 / kDraws;
        drawn[second] += 0.5 / kDraws;
    }
    return drawn;
}

}  // namespace

TEST_CASE("two that are drawn differ, and each is as likely as any other") {
    const Fleet fleet({100, 100, 100, 100});
    Random random(1);
    for (int i = 0; i < 1000; ++i) {
        const auto [first, second, odds] = draw_two(fleet, Time(), random);
        CHECK(first != second);
    }
    const auto drawn = draw(fleet);
    for (const auto& [slot, part] : drawn) CHECK(part == Approx(0.25).epsilon(0.03));
}

TEST_CASE("the first is drawn in proportion to the weights") {
    Fleet fleet({100, 300, 100});
    for (const bool healthy : {true, false}) {
        fleet.healthy = healthy;
        Random random(1);
        std::map<Slot, int> firsts;
        for (int i = 0; i < kDraws; ++i) ++firsts[draw_two(fleet, Time(), random).first];
        CHECK(firsts[1] == Approx(kDraws * 0.6).epsilon(0.03));
        CHECK(firsts[0] == Approx(kDraws * 0.2).epsilon(0.05));
    }
}

TEST_CASE("at equal costs each is chosen in proportion to its weight, whoever is out") {
    for (const std::size_t others : {2U, 3U, 9U}) {
        for (const bool out : {false, true}) {
            std::vector<std::uint32_t> weights{10'000, 1000};
            weights.resize(others + 1, 100);
            Fleet fleet(weights);
            if (out) fleet.candidates.erase(fleet.candidates.begin());
            double all = 0;
            for (const auto slot : fleet.candidates) all += weights[slot];
            Random random(1);
            std::map<Slot, int> chosen;
            for (int i = 0; i < 10 * kDraws; ++i) {
                const auto [first, second, odds] = draw_two(fleet, Time(), random);
                CHECK(first != second);
                ++chosen[chooses_first(1, 1, random, odds) ? first : second];
            }
            // 400,000 draws: the part of the lightest, 1 %, has a deviation of 1.6 %.
            for (const auto slot : fleet.candidates) {
                const auto fair = 10 * kDraws * weights[slot] / all;
                CHECK(chosen[slot] == Approx(fair).epsilon(0.08));
            }
        }
    }
}

TEST_CASE("of many a heavy one that is out leaves the others their proportion") {
    std::vector<std::uint32_t> weights(41, 100);
    for (std::size_t i = 1; i <= 20; ++i) weights[i] = 1000;
    weights[0] = 60'000;
    Fleet fleet(weights);
    fleet.candidates.erase(fleet.candidates.begin());
    Random random(1);
    int heavy = 0;
    for (int i = 0; i < kDraws; ++i) {
        const auto [first, second, odds] = draw_two(fleet, Time(), random);
        const auto chosen = chooses_first(1, 1, random, odds) ? first : second;
        heavy += chosen <= 20;
    }
    CHECK(heavy == Approx(kDraws * 10.0 / 11).epsilon(0.1));
}

TEST_CASE("of two in different stages of their slow start each gets its part") {
    Fleet fleet({100, 100});
    fleet.shares[1] = 0.1F;
    Random random(1);
    int second = 0;
    for (int i = 0; i < kDraws; ++i) {
        const auto drawn = draw_two(fleet, Time(), random);
        second += (chooses_first(1, 1, random, drawn.odds) ? drawn.first : drawn.second) == 1;
    }
    CHECK(second == Approx(kDraws / 11.0).epsilon(0.08));
}

TEST_CASE("who isn't a candidate is never drawn, with weights or without") {
    for (const std::uint32_t weight : {100U, 200U}) {
        Fleet fleet({100, weight, 100, 100, 100, weight, 100, 100});
        fleet.candidates = {2, 5};
        const auto drawn = draw(fleet);
        CHECK(drawn.size() == 2);
        CHECK(drawn.count(2) + drawn.count(5) == 2);
    }
}

TEST_CASE("an endpoint in its slow start is drawn as often as its share says") {
    Fleet fleet(std::vector<std::uint32_t>(20, 100));
    fleet.shares[7] = 0.2F;
    const auto drawn = draw(fleet);
    CHECK(drawn.at(7) == Approx(0.2 / 19.2).epsilon(0.15));
    CHECK(drawn.at(8) == Approx(1 / 19.2).epsilon(0.05));
}

TEST_CASE("when every share is small, somebody is drawn all the same") {
    Fleet fleet({100, 100, 100});
    fleet.shares = {0.001F, 0.001F, 0.001F};
    CHECK(draw(fleet).size() == 3);
}

TEST_CASE("of equal costs each is chosen as often as the other") {
    Random random(1);
    int first = 0;
    for (int i = 0; i < kDraws; ++i) first += chooses_first(500, 500, random);
    CHECK(first == Approx(kDraws / 2.0).epsilon(0.03));
}

TEST_CASE("one that is twice as dear gets one call in seventeen") {
    Random random(1);
    int dearer = 0;
    for (int i = 0; i < kDraws; ++i) dearer += chooses_first(1000, 500, random);
    CHECK(dearer == Approx(kDraws / 17.0).epsilon(0.05));
    int cheaper = 0;
    for (int i = 0; i < kDraws; ++i) cheaper += chooses_first(500, 1000, random);
    CHECK(cheaper == Approx(kDraws * 16.0 / 17).epsilon(0.01));
}
