#pragma once

#include "base/call_sums.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace lars::metrics {

/// Calls by module, and by endpoint on request, as Prometheus text: for Registry::add_text().
///
/// The first modules and endpoints to be called get series of their own and keep them for as long
/// as this lives. Other modules share the series with modid="other", and calls to other endpoints
/// are only counted: so memory and scrapes stay bounded, whatever is called. Thread-safe.
class CallMetrics {
public:
    /// What modules are called.
    using Names = std::map<ModuleId, std::string>;

    struct Limits {
        std::uint32_t modules = 1'000;  ///< 23 series each
        std::uint32_t endpoints = 0;    ///< over all modules, 5 series each; 0: none are shown
    };

    /// `prefix` begins each name: "lars_agent".
    CallMetrics(std::string prefix, const Limits& limits);

    /// More calls of a module to an endpoint. Locks: to be called for batches, not for each call.
    void add(ModuleId module, const Endpoint& endpoint, const CallSums& sums);
    /// From now on the series of these modules have the label service beside their ids.
    void set_names(std::shared_ptr<const Names> names);
    /// Times are in seconds, as Prometheus wants them.
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

    void write_modules(const Sums& sums, const Names& names, std::string& out) const;
    void write_endpoints(const Sums& sums, const Names& names, std::string& out) const;

    std::string prefix_;
    Limits limits_;
    mutable std::mutex mutex_;
    Sums sums_;
    std::shared_ptr<const Names> names_ = std::make_shared<Names>();
};

}  // namespace lars::metrics
