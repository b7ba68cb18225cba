#include "dns/route_table.hpp"

#include <set>

namespace lars::dns {

std::vector<RoutePtr> RouteTable::load(store::RouteTable table) {
    std::vector<RoutePtr> changed;
    held_ = table.routes.empty() && !routes_.empty();
    if (held_) return changed;
    version_ = table.version;

    std::set<ModuleId> present;
    for (auto& route : table.routes) {
        present.insert(route.module);
        put(std::move(route), changed);
    }
    std::vector<ModuleId> gone;
    for (const auto& [id, route] : routes_) {
        if (!present.contains(id)) gone.push_back(id);
    }
    for (const auto id : gone) {
        Route empty;
        empty.module = id;
        empty.version = version_;
        put(std::move(empty), changed);
    }
    return changed;
}

std::vector<RoutePtr> RouteTable::apply(store::RouteChanges changes) {
    std::vector<RoutePtr> changed;
    held_ = false;
    version_ = changes.version;
    for (auto& route : changes.routes) put(std::move(route), changed);
    return changed;
}

void RouteTable::put(Route route, std::vector<RoutePtr>& changed) {
    const auto id = route.module;
    const auto etag = etag_of(route);
    const auto found = routes_.find(id);
    if (found != routes_.end() && found->second->etag == etag) return;
    const bool emptied = route.endpoints.empty();
    if (found == routes_.end() && emptied) return;
    auto published = std::make_shared<const PublishedRoute>(PublishedRoute{std::move(route), etag});
    changed.push_back(published);
    if (emptied) {
        routes_.erase(found);
    } else {
        routes_[id] = std::move(published);
    }
}

}  // namespace lars::dns
