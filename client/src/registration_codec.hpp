#pragma once

#include "base/module_id.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// A service that a program offers, as it says it to the agent of its host. What isn't said is left
/// to the agent.
struct Service {
    std::string name;  ///< empty: the ids count
    ModuleId module;
    std::uint16_t port = 0;
    std::string address;  ///< IPv4 or IPv6; empty: the one by which the host reaches dns
    std::string interface;
    std::optional<std::uint32_t> weight;
    std::string zone;
    std::vector<std::string> tags;
    std::uint32_t check = 0;  ///< as CheckInfo.Kind has it
    std::uint16_t check_port = 0;
    std::string check_path;
    std::string check_service;
    std::int32_t check_pid = 0;
    std::uint32_t interval_ms = 0;
    std::uint32_t timeout_ms = 0;
    std::uint32_t rise = 0;
    std::uint32_t fall = 0;
    std::uint32_t start_period_ms = 0;
    std::uint32_t drain_ms = 0;
    bool lasting = false;
};

/// The messages between a program and its agent's Unix socket: see proto/lars.proto. Each is a
/// whole frame.
std::string encode_register(const Service& service, std::uint32_t seq);
std::string encode_withdraw(const Service& service, std::uint32_t seq, bool at_once);
std::string encode_services(std::uint32_t seq);

struct ServiceAnswer {
    std::uint32_t seq = 0;
    std::string error;  ///< empty: it was done
    struct Instance {
        std::string name;
        ModuleId module;
        std::uint16_t port = 0;
        std::uint32_t state = 0;  ///< as InstanceInfo.State has it
        std::string reason;       ///< why it doesn't serve
        bool announced = false;   ///< dns has stored it so
    };
    std::vector<Instance> instances;
};
/// Nothing when it isn't that message.
std::optional<ServiceAnswer> decode_service_answer(std::string_view body);

}  // namespace lars::client
