#include "sim/svg.hpp"

#include "support/catch.hpp"

using namespace lars::sim;

TEST_CASE("a chart holds its labels and every line, what is beyond it on the edge") {
    Chart chart{.title = "a < b", .x_label = "load", .y_label = "ms"};
    chart.y_max = 10;
    chart.lines = {{"first", {{0, 0}, {1, 10}}}, {"second", {{0, 5}, {1, 1000}}}};
    const auto svg = to_svg(chart);
    for (const auto* const part : {"a &lt; b", ">load<", ">ms<", ">first<", ">second<"}) {
        CHECK(svg.find(part) != std::string::npos);
    }
    CHECK(svg.find("80.0,480.0 760.0,50.0") != std::string::npos);
    CHECK(svg.find("80.0,265.0 760.0,50.0") != std::string::npos);
    CHECK(svg.find("nan") == std::string::npos);
}

TEST_CASE("a logarithmic chart has its ticks at 1, 2 and 5") {
    Chart chart{.scale = Chart::Scale::logarithmic, .y_min = 10, .y_max = 1000};
    chart.lines = {{"only", {{0, 100}, {1, 100}}}};
    const auto svg = to_svg(chart);
    for (const auto* const tick : {">10<", ">20<", ">50<", ">100<", ">500<", ">1000<"}) {
        CHECK(svg.find(tick) != std::string::npos);
    }
    CHECK(svg.find("80.0,265.0 760.0,265.0") != std::string::npos);
}
