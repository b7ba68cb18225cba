#pragma once

#include "base/call_sums.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace lars::metrics {

/// All calls by module, and by endpoint on request, in Prometheus text format.
///
/// The first modules to be called get series of their own and keep them; the others share those of
/// modid="other", so that memory and scrapes stay bounded. Thread-safe.
class CallMetrics {
public:
    struct Limits {
        std::uint32_t modules = 1'000;  ///< 23 series each
        std::uint32_t endpoints = 0;    ///< over all modules; 5 series each
    };

    /// `prefix` begins each name: "lars_agent".
    CallMetrics(std::string prefix, const Limits& limits);

    void add(ModuleId module, const Endpoint& endpoint, const CallSums& sums);
    std::string text() const;

private:
    using Key = std::pair<ModuleId, Endpoint>;
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return std::hash<ModuleId>()(key.first) ^ std::hash<Endpoint>()(key.second);
        }
    };
    struct Sums {
        std::unordered_map<ModuleId, CallSums> modules;
        std::unordered_map<Key, CallSums, KeyHash> endpoints;
        CallSums other_modules;
        std::uint64_t calls_cut = 0;  // to endpoints that have no series of their own
    };

    void write_modules(const Sums& sums, std::string& out) const;
    void write_endpoints(const Sums& sums, std::string& out) const;

    std::string prefix_;
    Limits limits_;
    mutable std::mutex mutex_;
    Sums sums_;
};

}  // namespace lars::metrics
