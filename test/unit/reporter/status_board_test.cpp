#include "reporter/status_board.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::reporter;
using namespace std::chrono_literals;

namespace {

constexpr StatusBoard::Time kStart{1h};

Report report(std::uint32_t ip, std::uint64_t successes, std::uint64_t sequence = 1) {
    Report made;
    made.batch.sequence = sequence;
    made.batch.rows.push_back({{7, 1}, Endpoint::from_ipv4(ip, 80), {}, {.successes = successes}});
    made.overloads = {false};
    made.caller = 9;
    made.timestamp = 5;
    return made;
}

}  // namespace

TEST_CASE("a row is written at once when it is new, then once in an interval with what was counted"
) {
    StatusBoard board({.interval = 10s});
    board.put(report(1, 5), kStart);
    const auto first = board.take_due(100, kStart);
    REQUIRE(first.size() == 1);
    CHECK(first[0].successes == 5);
    CHECK(first[0].caller == 9);
    CHECK(first[0].timestamp == 5);
    board.put(report(1, 2), kStart + 1s);
    auto late = report(1, 3);
    late.overloads = {true};
    board.put(late, kStart + 9s);
    CHECK(board.take_due(100, kStart + 9s).empty());
    const auto second = board.take_due(100, kStart + 10s);
    REQUIRE(second.size() == 1);
    CHECK(second[0].successes == 5);
    CHECK(second[0].overload);
    CHECK(board.take_due(100, kStart + 19s).empty());
    CHECK(board.size() == 1);
    CHECK(board.take_due(100, kStart + 20s).empty());  // no news: it is forgotten
    CHECK(board.size() == 0);
}

TEST_CASE("a snapshot sets what a delta adds") {
    StatusBoard board({});
    board.put(report(1, 5, 0), kStart);
    board.put(report(1, 7, 0), kStart);
    board.put(report(2, 5), kStart);
    board.put(report(2, UINT32_MAX), kStart);
    const auto rows = board.take_all();
    REQUIRE(rows.size() == 2);
    for (const auto& row : rows) {
        CHECK(row.successes == (row.endpoint.ipv4() == 1 ? 7 : UINT32_MAX));
    }
    CHECK(board.take_all().empty());
}

TEST_CASE("calls that were shown as a snapshot and then come in a batch are counted once") {
    StatusBoard board({.interval = 10s});
    board.put(report(1, 500, 0), kStart);
    board.put(report(1, 7), kStart);
    board.put(report(1, 3), kStart);
    const auto rows = board.take_all();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].successes == 10);
}

TEST_CASE("many rows that are due at once are spread out") {
    StatusBoard board({.interval = 10s});
    for (std::uint32_t ip = 0; ip < 100; ++ip) board.put(report(ip, 1), kStart);
    std::size_t written = 0;
    for (int second = 0; second < 10; ++second) {
        written += board.take_due(10, kStart + second * 1s).size();
    }
    CHECK(written == 100);
    for (std::uint32_t ip = 0; ip < 100; ++ip) board.put(report(ip, 1), kStart + 9s);
    CHECK(board.take_due(100, kStart + 12s).size() == 30);
}

TEST_CASE("rows that couldn't be written are due again, unless there are newer ones") {
    StatusBoard board({.interval = 10s});
    board.put(report(1, 5), kStart);
    board.put(report(2, 5), kStart);
    const auto rows = board.take_due(100, kStart);
    board.put(report(2, 7), kStart + 1s);
    board.put_back(rows);
    const auto again = board.take_due(100, kStart + 10s);
    REQUIRE(again.size() == 2);
    for (const auto& row : again) CHECK(row.successes == (row.endpoint.ipv4() == 1 ? 5 : 7));
}

TEST_CASE("keys are bounded, known ones always find room, and IPv6 ones aren't for this table") {
    StatusBoard board({.max_keys = 2});
    CHECK(board.put(report(1, 1), kStart) == 0);
    CHECK(board.put(report(2, 1), kStart) == 0);
    CHECK(board.put(report(3, 1), kStart) == 1);
    CHECK(board.put(report(1, 9), kStart) == 0);
    auto six = report(1, 1);
    six.batch.rows[0].endpoint = *parse_endpoint("[2001:db8::1]:80");
    CHECK(board.put(six, kStart) == 0);
    CHECK(board.size() == 2);
}
