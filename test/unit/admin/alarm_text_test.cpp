#include "admin/alarm_text.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;
using store::AlarmKind;

TEST_CASE("conditions and values are said with their units") {
    CHECK(value_text(AlarmKind::p99, 950) == "950us");
    CHECK(value_text(AlarmKind::p99, 310'240) == "310.2ms");
    CHECK(value_text(AlarmKind::p99, 1'500'000) == "1.5s");
    CHECK(value_text(AlarmKind::silence, 300) == "300s");
    const store::AlarmRule rule{.kind = AlarmKind::overloaded, .threshold = 0.005};
    CHECK(condition_text(rule) == "overloaded share above 0.5% for 0s");
}
