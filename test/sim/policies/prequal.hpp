#pragma once

#include "lb/policy.hpp"
#include "sim/world.hpp"

#include <array>
#include <vector>

namespace lars::sim {

/// Prequal's hot/cold choice (Wydrowski and others, "Load is not what you should balance:
/// Introducing Prequal", NSDI '24). Each call sends three probes; a server answers with its calls
/// in flight and with what the latest calls took that found about as many. Of the probes at hand
/// those with more calls in flight than most are hot; the fastest of the cold is chosen, and when
/// all are hot the one with the least in flight.
///
/// It needs servers that answer probes, which Lars hasn't: it shows what that would bring. The
/// simulation is kind to it: a probe costs nothing, and its answer is there at the caller's next
/// pick. A server that is down answers none. It is as published, but for the safeguard against
/// servers that fail fast, of which the paper only says that there is one.
class Prequal final : public lb::Policy {
public:
    Prequal(const lb::PolicyStart& start, const World& world);

    std::string_view name() const override { return "prequal"; }
    void update(std::span<const lb::Slot> origins, lb::Time now) override;
    lb::Slot pick(const lb::PickContext& context, lb::Time now, lb::Random& random) override;

private:
    struct Probe {
        lb::Slot slot = 0;
        lb::Time taken{};
        std::uint32_t in_flight = 0;
        std::uint32_t latency_us = 0;
        int uses = 0;
    };

    void begin_pool();
    void probe(lb::Time now, lb::Random& random);
    void forget(lb::Time now);
    void note(std::uint32_t in_flight);
    bool better(const Probe& a, const Probe& b) const;
    std::size_t best() const;
    std::size_t worst() const;
    void remove_one();

    World world_;
    std::vector<Probe> pool_;  // the oldest first
    std::size_t pool_size_ = 0;
    double uses_ = 0;  // of one probe
    bool oldest_next_ = false;

    // The latest answers' calls in flight, to tell hot from cold.
    static constexpr std::size_t kRemembered = 128;
    std::array<std::uint8_t, kRemembered> latest_{};
    std::array<std::uint8_t, 256> counts_{};
    std::size_t noted_ = 0;
    std::uint32_t hot_above_ = 0;
};

}  // namespace lars::sim
