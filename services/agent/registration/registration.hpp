#pragma once

#include "agent/registration/check_options.hpp"
#include "base/instance.hpp"

#include <proto/lars.pb.h>

#include <chrono>
#include <optional>
#include <string>

namespace lars::agent {

/// Over how long the weight of an instance falls to 0 when it is withdrawn, unless it says so.
inline constexpr std::chrono::milliseconds kDefaultDrain{2'000};

/// An instance as somebody asks for it.
struct Registration {
    InstanceKey key;
    std::uint32_t weight = kDefaultWeight;
    std::string zone;
    std::string tags;
    CheckOptions check;
    std::chrono::milliseconds drain = kDefaultDrain;
    bool lasting = false;   ///< until it is withdrawn, whatever becomes of who registered it
    std::string interface;  ///< whose address it has; empty: the key's, or the host's
    std::string source;     ///< who asked for it, for people: "file payments.conf:3"

    friend bool operator==(const Registration&, const Registration&) = default;
};

/// Why it can't be registered, in words for people; empty when it can. Its address may be missing.
std::string why_no_registration(const Registration& registration);

RegisterRequest to_wire(const Registration& registration);
/// Throws std::invalid_argument with what is wrong.
Registration from_wire(const RegisterRequest& request);
void to_wire(const CheckOptions& check, CheckInfo& out);

}  // namespace lars::agent
