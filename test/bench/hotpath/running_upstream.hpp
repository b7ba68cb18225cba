#pragma once

#include "support/running.hpp"
#include "upstream.hpp"

namespace lars::bench {

/// An upstream in a thread of its own.
class RunningUpstream {
public:
    explicit RunningUpstream(Upstream::RouteOf route_of)
        : upstream_(running_.runtime, std::move(route_of), running_.metrics, running_.log),
          stop_(running_.run({&upstream_})) {}

    Upstream* operator->() { return &upstream_; }
    Upstream& operator*() { return upstream_; }

private:
    test::Running running_{1};
    Upstream upstream_;
    test::Running::Stop stop_;
};

}  // namespace lars::bench
