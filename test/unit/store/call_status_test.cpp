#include "store/call_status.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

TEST_CASE("a status row is the same after being written and read") {
    const StatusRow row{
        .module = {1, 2},
        .endpoint = *parse_endpoint("200.1.2.3:65535"),
        .caller = 0xC0A801B1U,
        .successes = 4294967295U,
        .failures = 3,
        .timestamp = 1'700'000'000,
        .overload = true,
    };
    Parameters parameters;
    encode(row, parameters);
    Table table{.columns = 9, .values = {}};
    for (const auto& value : parameters.values()) table.values.push_back(value.number);
    const auto rows = decode_status_rows(table);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0] == row);
}

TEST_CASE("a count too large for its field is read as the largest there is") {
    const Table table{9, {1, 2, 3, 80, 5, 4'294'967'296, 7, 8, 0}};
    CHECK(decode_status_rows(table).at(0).successes == 4'294'967'295U);
}
