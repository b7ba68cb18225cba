#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lars::sim {

struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;
};

/// Lines over an axis, as a picture that needs nothing else.
struct Chart {
    enum class Scale { linear, logarithmic };

    std::string title;
    std::string x_label;
    std::string y_label;
    Scale scale = Scale::linear;  ///< of y
    double y_min = 0;             ///< what is beyond these two is drawn on the edge
    double y_max = 1;
    std::vector<Line> lines;
    std::string emphasised;  ///< the name of the line that is drawn bolder
};

/// Precondition: some line has two points with different x.
std::string to_svg(const Chart& chart);

}  // namespace lars::sim
