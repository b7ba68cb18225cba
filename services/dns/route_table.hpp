#pragma once

#include "base/route.hpp"
#include "store/store.hpp"

#include <map>
#include <memory>
#include <vector>

namespace lars::dns {

/// A route as all contexts share it; never changed, only replaced.
struct PublishedRoute {
    Route route;
    std::uint64_t etag = 0;
};
using RoutePtr = std::shared_ptr<const PublishedRoute>;

/// All routes that the store has told, and what is different in what it tells now. No I/O.
class RouteTable {
public:
    /// The whole table. Answers the routes that are new, different, or gone (no endpoints). An
    /// empty table that replaces one with routes is not believed: `held` becomes true.
    std::vector<RoutePtr> load(store::RouteTable table);
    /// Some modules, as they are now.
    std::vector<RoutePtr> apply(store::RouteChanges changes);

    std::uint64_t version() const { return version_; }
    std::size_t size() const { return routes_.size(); }
    bool held() const { return held_; }

private:
    void put(Route route, std::vector<RoutePtr>& changed);

    std::map<ModuleId, RoutePtr> routes_;
    std::uint64_t version_ = 0;
    bool held_ = false;
};

}  // namespace lars::dns
