#include "base/instance.hpp"

#include "base/module_name.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"

namespace lars {

std::string to_string(const ServiceRef& service) {
    return service.name.empty() ? to_string(service.id) : service.name;
}

std::string_view why_no_service(const ServiceRef& service) {
    if (!service.name.empty()) return why_no_name(service.name);
    return service.id.valid() ? "" : "negative id";
}

const char* to_string(InstanceState state) {
    switch (state) {
        case InstanceState::serves:
            return "serves";
        case InstanceState::failing:
            return "failing";
        case InstanceState::draining:
            return "draining";
    }
    return "";
}

std::string to_string(const InstanceKey& key) {
    return to_string(key.service) + ' ' + to_string(key.endpoint);
}

std::string why_no_instance(const Instance& instance) {
    const auto& [service, endpoint] = instance.key;
    if (const auto why = why_no_service(service); !why.empty()) {
        return "service '" + to_string(service) + "': " + std::string(why);
    }
    if (endpoint.port == 0) return "the port is 0";
    if (const auto why = why_uncallable(endpoint); !why.empty()) {
        return "no node has the address " + address_to_string(endpoint) + ": " + std::string(why);
    }
    if (instance.weight > kMaxWeight) {
        return "the weight isn't from 0 to " + std::to_string(kMaxWeight);
    }
    if (const auto why = why_no_zone(instance.zone); !why.empty()) {
        return "zone " + instance.zone + ": " + std::string(why);
    }
    if (canonical_tags(instance.tags) != instance.tags) {
        return "tags " + instance.tags + ": they aren't sorted key=value with commas between";
    }
    return "";
}

}  // namespace lars
