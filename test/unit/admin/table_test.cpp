#include "admin/table.hpp"

#include "support/catch.hpp"

using lars::admin::format_table;

TEST_CASE("columns are as wide as their widest cell, and lines have no blanks at their ends") {
    CHECK(format_table({}).empty());
    CHECK(
        format_table({{"A", "LONG", "C"}, {"aaa", "b"}, {"", "", "c"}}) ==
        "A    LONG  C\naaa  b\n           c\n"
    );
}

TEST_CASE("a letter of several bytes is one wide") {
    CHECK(
        format_table({{"A", "B"}, {"\u00e9\u20ac", "x"}, {"abc", "y"}}) ==
        "A    B\n\u00e9\u20ac   x\nabc  y\n"
    );
}
