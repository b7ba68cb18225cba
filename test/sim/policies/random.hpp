#pragma once

#include "lb/policy.hpp"

namespace lars::sim {

/// Any endpoint, each as likely as any other.
class RandomChoice final : public lb::Policy {
public:
    explicit RandomChoice(const lb::PolicyStart& start) : Policy(start) {}

    std::string_view name() const override { return "random"; }
    lb::Slot pick(const lb::PickContext& /*context*/, lb::Time /*now*/, lb::Random& random)
        override {
        const auto bits = static_cast<std::uint32_t>(random() >> 32);
        return lb::scaled(bits, static_cast<std::uint32_t>(members().active()));
    }
};

}  // namespace lars::sim
