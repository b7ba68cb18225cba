#include "lb/endpoint_table.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace lars::lb {
namespace {

// Up to so many endpoints, looking at each costs no more than the index would, and most modules
// have no more.
constexpr std::size_t kFew = 8;

bool drained(const RouteEndpoint& each) {
    return each.weight == 0;
}

bool labelled(const RouteEndpoint& each) {
    return !each.zone.empty() || !each.tags.empty();
}

}  // namespace

EndpointTable::EndpointTable(const Route& route)
    : module_(route.module),
      etag_(etag_of(route)),
      version_(route.version),
      store_id_(route.store_id) {
    const auto& all = route.endpoints;
    entries_.reserve(all.size());
    if (std::any_of(all.begin(), all.end(), labelled)) extras().labels.reserve(all.size());
    if (!all.empty() && std::all_of(all.begin(), all.end(), drained)) {
        extras().all_drained = true;
        for (const auto& each : all) add(each, 1);
        active_ = static_cast<Slot>(size());
    } else {
        for (const auto& each : all) {
            if (!drained(each)) add(each, each.weight);
        }
        active_ = static_cast<Slot>(size());
        for (const auto& each : all) {
            if (drained(each)) add(each, 0);
        }
    }
    weigh();
    if (!equal_weights_) extras().by_weight = alias_table();
    if (size() > kFew) extras().index = index();
    if (route.policy != RoutePolicy()) extras().policy = route.policy;
    if (!route.name.empty()) extras().name = route.name;
}

void EndpointTable::add(const RouteEndpoint& each, std::uint32_t weight) {
    entries_.push_back({each.endpoint, static_cast<std::uint16_t>(std::min(weight, kMaxWeight))});
    all_ipv4_ = all_ipv4_ && each.endpoint.is_ipv4();
    if (extras_ && extras_->labels.capacity() > 0)
        extras_->labels.push_back({each.zone, each.tags});
}

void EndpointTable::weigh() {
    double sum = 0;
    for (Slot slot = 0; slot < active_; ++slot) {
        sum += weight(slot);
        equal_weights_ = equal_weights_ && weight(slot) == weight(0);
    }
    if (active_ > 0) mean_weight_ = static_cast<float>(sum / active_);
}

AliasTable EndpointTable::alias_table() const {
    std::vector<std::uint16_t> weights(active_);
    for (Slot slot = 0; slot < active_; ++slot) weights[slot] = entries_[slot].weight;
    return AliasTable(weights);
}

std::vector<Slot> EndpointTable::index() const {
    std::vector<Slot> index(std::bit_ceil(2 * size()), kNoSlot);
    const auto mask = index.size() - 1;
    for (Slot slot = 0; slot < size(); ++slot) {
        auto at = std::hash<Endpoint>{}(endpoint(slot)) & mask;
        while (index[at] != kNoSlot) at = (at + 1) & mask;
        index[at] = slot;
    }
    return index;
}

EndpointTable::Extras& EndpointTable::extras() {
    if (!extras_) extras_ = std::make_unique<Extras>();
    return *extras_;
}

const RoutePolicy& EndpointTable::policy() const {
    static const RoutePolicy none;
    return extras_ ? extras_->policy : none;
}

std::string_view EndpointTable::name() const {
    return extras_ ? std::string_view(extras_->name) : std::string_view();
}

Slot EndpointTable::find(const Endpoint& endpoint) const {
    if (size() <= kFew) {
        for (Slot slot = 0; slot < size(); ++slot) {
            if (entries_[slot].endpoint == endpoint) return slot;
        }
        return kNoSlot;
    }
    const auto& index = extras_->index;
    const auto mask = index.size() - 1;
    for (auto at = std::hash<Endpoint>{}(endpoint)&mask;; at = (at + 1) & mask) {
        const auto slot = index[at];
        if (slot == kNoSlot || entries_[slot].endpoint == endpoint) return slot;
    }
}

std::uint32_t EndpointTable::configured_weight(Slot slot) const {
    return extras_ && extras_->all_drained ? 0 : weight(slot);
}

std::string_view EndpointTable::zone(Slot slot) const {
    return extras_ && !extras_->labels.empty() ? extras_->labels[slot].zone : std::string_view();
}

bool EndpointTable::has_zones() const {
    if (!extras_ || extras_->labels.empty()) return false;
    for (Slot slot = 0; slot < active_; ++slot) {
        if (!zone(slot).empty()) return true;
    }
    return false;
}

std::string_view EndpointTable::tags(Slot slot) const {
    return extras_ && !extras_->labels.empty() ? extras_->labels[slot].tags : std::string_view();
}

Route EndpointTable::route() const {
    Route route;
    route.module = module_;
    route.policy = policy();
    route.version = version_;
    route.store_id = store_id_;
    route.name = name();
    route.endpoints.reserve(size());
    for (Slot slot = 0; slot < size(); ++slot) {
        route.endpoints.push_back(
            {endpoint(slot),
             configured_weight(slot),
             std::string(zone(slot)),
             std::string(tags(slot))}
        );
    }
    canonicalize(route);
    return route;
}

}  // namespace lars::lb
