#include "store/call_batches.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;
using namespace std::chrono_literals;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};

CallBatch batch(std::uint8_t agent, std::uint64_t sequence) {
    CallBatch made{.sequence = sequence};
    made.instance.fill(agent);
    return made;
}

CallRow row(std::int32_t modid, UnixTime start, std::uint64_t successes) {
    return {{modid, 1}, Endpoint::from_ipv4(1, 80), start, {.successes = successes}};
}

}  // namespace

TEST_CASE("a batch is new when its sequence is above what is in the history") {
    const TextTable before{2, {std::string(16, '\1'), "4", std::string(16, '\2'), "9"}};
    const std::vector<CallBatch> batches{
        batch(1, 4), batch(1, 5), batch(1, 5), batch(2, 9), batch(3, 1)};
    CHECK(new_batches(batches, before) == std::vector<bool>{false, true, false, false, true});
}

TEST_CASE("of each instance the last sequence is noted, in the order of instances") {
    const auto last = last_of_each({batch(2, 3), batch(1, 7), batch(2, 1)});
    REQUIRE(last.size() == 2);
    CHECK(last[0].instance[0] == 1);
    CHECK(last[1].sequence == 3);
}

TEST_CASE("rows of one endpoint and minute become one, and those of other batches stay out") {
    auto one = batch(1, 1);
    one.rows = {row(2, kNoon + 59s, 1), row(1, kNoon, 2)};
    auto two = batch(2, 1);
    two.rows = {row(2, kNoon, 4)};
    auto left_out = batch(3, 1);
    left_out.rows = {row(2, kNoon, 8)};
    const auto rows = merged_rows({one, two, left_out}, {true, true, false});
    CHECK(rows == std::vector{row(1, kNoon, 2), row(2, kNoon, 5)});
}

TEST_CASE("rows are due to be summed up in the hours they fall into") {
    const auto hours = hours_of({row(1, kNoon + 61min, 1), row(1, kNoon, 1), row(2, kNoon, 1)});
    CHECK(hours == std::vector<UnixTime>{kNoon, kNoon + 1h});
}
