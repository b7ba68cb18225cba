#include "store/endpoint_merge.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

RouteEndpoint endpoint(std::uint32_t ip, std::uint32_t weight) {
    return {Endpoint::from_ipv4(ip, 80), weight, "", ""};
}

constexpr RowStanding instance(std::uint64_t id, bool serves = true) {
    return {.owned = true, .serves = serves, .id = id};
}

}  // namespace

TEST_CASE("of rows that people wrote the lowest weight counts") {
    EndpointMerge merge;
    merge.add(endpoint(2, 5));
    merge.add(endpoint(1, 7));
    merge.add(endpoint(2, 3));
    CHECK(merge.take() == std::vector{endpoint(1, 7), endpoint(2, 3)});
    CHECK(merge.take().empty());
}

TEST_CASE("a row that somebody wrote says more than instances, and of these the latest does") {
    EndpointMerge merge;
    merge.add(endpoint(1, 1), instance(9));
    merge.add(endpoint(1, 2));
    merge.add(endpoint(2, 3), instance(4));
    merge.add(endpoint(2, 4), instance(5));
    CHECK(merge.take() == std::vector{endpoint(1, 2), endpoint(2, 4)});
}

TEST_CASE("an endpoint serves if one of its rows does") {
    EndpointMerge merge;
    merge.add(endpoint(1, 1), instance(1, false));
    merge.add(endpoint(2, 2), instance(2, false));
    merge.add(endpoint(2, 3), instance(1, true));
    CHECK(merge.take() == std::vector{endpoint(2, 2)});
}
