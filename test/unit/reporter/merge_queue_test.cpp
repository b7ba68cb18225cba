#include "reporter/merge_queue.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::reporter;

namespace {

Report report(
    std::uint32_t ip, std::uint32_t successes, std::uint64_t sequence, bool more = false
) {
    store::StatusRow row;
    row.module = {1, 1};
    row.endpoint = Endpoint::from_ipv4(ip, 80);
    row.successes = successes;
    return {{row}, sequence, {}, more};
}

}  // namespace

TEST_CASE("of snapshots the latest is kept, deltas that wait together are added") {
    MergeQueue queue(10);
    queue.put(report(1, 5, 0));
    queue.put(report(1, 7, 0));
    queue.put(report(2, 5, 1));
    queue.put(report(2, 7, 2));
    const auto rows = queue.take();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].successes == 7);
    CHECK(rows[1].successes == 12);
    CHECK(queue.size() == 0);
}

TEST_CASE("a batch that came before changes nothing, also when it was split") {
    MergeQueue queue(10);
    queue.put(report(1, 5, 1, true));
    queue.put(report(2, 5, 1));
    queue.put(report(1, 5, 1, true));
    queue.put(report(2, 5, 1));
    for (const auto& row : queue.take()) CHECK(row.successes == 5);
}

TEST_CASE("keys are bounded, known ones always find room") {
    MergeQueue queue(2);
    CHECK(queue.put(report(1, 1, 0)) == 0);
    CHECK(queue.put(report(2, 1, 0)) == 0);
    CHECK(queue.put(report(3, 1, 0)) == 1);
    CHECK(queue.put(report(1, 9, 0)) == 0);
}

TEST_CASE("rows that come back don't replace newer ones") {
    MergeQueue queue(10);
    queue.put(report(1, 1, 0));
    queue.put(report(2, 2, 0));
    auto failed = queue.take();
    queue.put(report(1, 9, 0));
    queue.put_back(std::move(failed));
    const auto rows = queue.take();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].successes == 9);
    CHECK(rows[1].successes == 2);
}

TEST_CASE("rows that come back keep to the bound too") {
    MergeQueue queue(2);
    queue.put(report(1, 1, 0));
    queue.put(report(2, 1, 0));
    auto failed = queue.take();
    queue.put(report(2, 9, 0));
    queue.put(report(3, 9, 0));
    CHECK(queue.put_back(std::move(failed)) == 1);
    CHECK(queue.size() == 2);
}
