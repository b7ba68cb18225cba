#include "admin/csv_reader.hpp"

#include "support/catch.hpp"

using namespace lars::admin;

namespace {

using Cells = std::vector<std::string>;

std::vector<CsvRecord> records_of(std::string_view text) {
    std::vector<CsvRecord> all;
    CsvReader reader(text);
    while (auto record = reader.next()) all.push_back(std::move(*record));
    return all;
}

}  // namespace

TEST_CASE("cells are separated by commas, without the blanks around them") {
    const auto all = records_of("a, b\t,\t c d ,,e");
    REQUIRE(all.size() == 1);
    CHECK(all[0].cells == Cells{"a", "b", "c d", "", "e"});
    CHECK(records_of(",")[0].cells == Cells{"", ""});
    CHECK(records_of("a,\n")[0].cells == Cells{"a", ""});
}

TEST_CASE("a quoted cell holds commas, line ends, blanks and doubled quotes") {
    const auto all = records_of("\"a,b\" , \" c \",\"d\"\"e\"\r\n\"f\r\ng\",\"\"\nh\n");
    REQUIRE(all.size() == 3);
    CHECK(all[0].cells == Cells{"a,b", " c ", "d\"e"});
    CHECK(all[1].cells == Cells{"f\r\ng", ""});
    CHECK(all[1].line == 2);
    CHECK(all[2].line == 4);
}

TEST_CASE("lines end with LF, CRLF or CR; empty ones and comments are left out, but counted") {
    for (const auto* end : {"\n", "\r\n", "\r"}) {
        const auto all = records_of(
            std::string("# \"c") + end + end + "  " + end + "a,1" + end + " # d" + end + "b,2"
        );
        REQUIRE(all.size() == 2);
        CHECK(all[0].cells == Cells{"a", "1"});
        CHECK(all[0].line == 4);
        CHECK(all[1].cells == Cells{"b", "2"});
        CHECK(all[1].line == 6);
    }
    CHECK(records_of("").empty());
    CHECK(records_of("\n\r\n#").empty());
}

TEST_CASE("a quote that goes wrong is told with its line, and the lines after it are read") {
    const auto open = records_of("a\n\"b,c\nd\n");
    REQUIRE(open.size() == 3);
    CHECK(open[1].error == "a quote isn't closed");
    CHECK(open[1].line == 2);
    CHECK(open[2].cells == Cells{"d"});
    const auto after = records_of("\"a\"b,c\nd\n");
    REQUIRE(after.size() == 2);
    CHECK(after[0].error == "text after a closing quote");
    CHECK(after[1].cells == Cells{"d"});
    CHECK(after[1].line == 2);
    // Within a cell that doesn't begin with one, a quote is a letter.
    CHECK(records_of("a\"b,c")[0].cells == Cells{"a\"b", "c"});
}
