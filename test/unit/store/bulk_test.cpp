#include "store/engine/bulk.hpp"

#include "support/catch.hpp"

using namespace lars::store;

TEST_CASE("rows are parted into few sizes, so that few statements are prepared") {
    const std::vector<int> rows(1'200);
    std::vector<std::size_t> sizes;
    std::size_t all = 0;
    for (const auto part : parts_of(std::span(rows), 512)) {
        sizes.push_back(part.size());
        all += part.size();
    }
    CHECK(sizes == std::vector<std::size_t>{512, 512, 128, 32, 16});
    CHECK(all == rows.size());
    CHECK(parts_of(std::span(rows), 1).size() == 1'200);
    CHECK(parts_of(std::span(rows).first(0), 512).empty());
}

TEST_CASE("the parameters of a statement are those of its rows, one after another") {
    const std::vector<std::uint64_t> rows{7, 8};
    const auto encode = [](const std::uint64_t& row, Parameters& parameters) {
        parameters.add(row).add("x");
    };
    auto parameters = encode_all<std::uint64_t>(rows, encode);
    REQUIRE(parameters.values().size() == 4);
    CHECK(parameters.values()[2].number == 8);
    CHECK(parameters.values()[3].kind == Parameters::Kind::text);
    CHECK(std::string(parameters.data(), 2) == "xx");
}
