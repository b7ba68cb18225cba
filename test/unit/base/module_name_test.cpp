#include "base/module_name.hpp"

#include "support/catch.hpp"

#include <string>

namespace lars {
namespace {

TEST_CASE("names are labels that dots join") {
    for (const auto* good : {"payments", "batch-get.live-list", "a", "1.a", "0x1", "10.0.0.1"}) {
        CAPTURE(good);
        CHECK(why_no_name(good).empty());
    }
    for (const auto* bad :
         {"",
          "Payments",
          "pay ments",
          "pay_ments",
          ".a",
          "a.",
          "a..b",
          "-a",
          "a-",
          "a.-b",
          "12",
          "a/b"}) {
        CAPTURE(bad);
        CHECK_FALSE(why_no_name(bad).empty());
    }
}

TEST_CASE("a label has up to 63 characters, a name up to 200") {
    const std::string label(63, 'a');
    CHECK(why_no_name(label).empty());
    CHECK_FALSE(why_no_name(label + "a").empty());
    const auto name = label + "." + label + "." + label + ".";
    CHECK(why_no_name(name + std::string(8, 'b')).empty());
    CHECK_FALSE(why_no_name(name + std::string(9, 'b')).empty());
}

}  // namespace
}  // namespace lars
