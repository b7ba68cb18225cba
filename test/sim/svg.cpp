#include "sim/svg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <iterator>

namespace lars::sim {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 540;
constexpr double kLeft = 80;
constexpr double kRight = 760;  // the names of the lines stand beyond
constexpr double kTop = 50;
constexpr double kBottom = 480;

// Okabe and Ito's colours, which most people with colour blindness tell apart, and dashes where
// they run out.
constexpr const char* kColours[] = {
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000", "#a6761d", "#808080"};
constexpr const char* kEmphasis = "#d55e00";
constexpr const char* kDashes[] = {"none", "6 3", "2 3"};

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
    char buffer[512];
    std::va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    return buffer;
}

std::string escaped(const std::string& plain) {
    std::string safe;
    for (const char each : plain) {
        if (each == '<')
            safe += "&lt;";
        else if (each == '>')
            safe += "&gt;";
        else if (each == '&')
            safe += "&amp;";
        else
            safe += each;
    }
    return safe;
}

// Multiples of 1, 2 or 5 times a power of ten, about eight of them.
std::vector<double> linear_ticks(double min, double max) {
    const auto rough = (max - min) / 8;
    const auto power = std::pow(10, std::floor(std::log10(rough)));
    auto step = 10 * power;
    for (const double factor : {5, 2, 1}) {
        if (factor * power >= rough) step = factor * power;
    }
    std::vector<double> ticks;
    for (auto i = std::ceil(min / step); i * step <= max * (1 + 1e-9); ++i) {
        ticks.push_back(i * step + 0);  // -0 + 0 is 0
    }
    return ticks;
}

std::vector<double> logarithmic_ticks(double min, double max) {
    if (max / min < 10) return linear_ticks(min, max);
    std::vector<double> ticks;
    for (auto power = std::pow(10, std::floor(std::log10(min))); power <= max; power *= 10) {
        for (const double factor : {1, 2, 5}) {
            const auto tick = factor * power;
            if (tick >= min * 0.999 && tick <= max * 1.001) ticks.push_back(tick);
        }
    }
    return ticks;
}

class Drawing {
public:
    explicit Drawing(const Chart& chart) : chart_(chart) {
        x_least_ = x_most_ = 0;
        bool first = true;
        for (const auto& line : chart.lines) {
            for (const auto& [x, y] : line.points) {
                x_least_ = first ? x : std::min(x_least_, x);
                x_most_ = first ? x : std::max(x_most_, x);
                first = false;
            }
        }
    }

    std::string draw() {
        svg_ = text(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" "
            "font-family=\"sans-serif\" font-size=\"13\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            kWidth,
            kHeight
        );
        label(kLeft, kTop - 20, "font-size=\"16\"", chart_.title);
        draw_axes();
        std::size_t number = 0;
        for (const auto& line : chart_.lines) {
            if (line.name != chart_.emphasised) draw_line(line, number++);
        }
        for (const auto& line : chart_.lines) {  // above the others
            if (line.name == chart_.emphasised) draw_line(line, number);
        }
        return svg_ + "</svg>\n";
    }

private:
    double place_x(double x) const {
        return kLeft + (x - x_least_) / (x_most_ - x_least_) * (kRight - kLeft);
    }
    double place_y(double y) const {
        y = std::clamp(y, chart_.y_min, chart_.y_max);
        const auto scaled = [this](double value) {
            return chart_.scale == Chart::Scale::linear ? value : std::log(value);
        };
        const auto min = scaled(chart_.y_min);
        return kBottom - (scaled(y) - min) / (scaled(chart_.y_max) - min) * (kBottom - kTop);
    }

    void label(double x, double y, const char* style, const std::string& what) {
        svg_ += text("<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, style) + escaped(what) + "</text>\n";
    }
    void rule(double x1, double y1, double x2, double y2, const char* colour) {
        svg_ += text(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
            x1,
            y1,
            x2,
            y2,
            colour
        );
    }

    void draw_axes() {
        for (const auto tick : linear_ticks(x_least_, x_most_)) {
            rule(place_x(tick), kTop, place_x(tick), kBottom, "#e4e4e4");
            label(place_x(tick), kBottom + 18, "text-anchor=\"middle\"", text("%g", tick));
        }
        const auto ticks = chart_.scale == Chart::Scale::linear
                               ? linear_ticks(chart_.y_min, chart_.y_max)
                               : logarithmic_ticks(chart_.y_min, chart_.y_max);
        for (const auto tick : ticks) {
            rule(kLeft, place_y(tick), kRight, place_y(tick), "#e4e4e4");
            label(kLeft - 8, place_y(tick) + 4, "text-anchor=\"end\"", text("%g", tick));
        }
        rule(kLeft, kBottom, kRight, kBottom, "#404040");
        rule(kLeft, kTop, kLeft, kBottom, "#404040");
        const auto middle = (kTop + kBottom) / 2;
        label((kLeft + kRight) / 2, kHeight - 16, "text-anchor=\"middle\"", chart_.x_label);
        label(
            20,
            middle,
            text("text-anchor=\"middle\" transform=\"rotate(-90 20 %.1f)\"", middle).c_str(),
            chart_.y_label
        );
    }

    void draw_line(const Line& line, std::size_t number) {
        const bool bold = line.name == chart_.emphasised;
        const auto* const colour = bold ? kEmphasis : kColours[number % std::size(kColours)];
        const auto* const dash =
            bold ? "none" : kDashes[number / std::size(kColours) % std::size(kDashes)];
        const auto style = text(
            "fill=\"none\" stroke=\"%s\" stroke-width=\"%s\" stroke-dasharray=\"%s\" "
            "stroke-linejoin=\"round\"",
            colour,
            bold ? "3" : "1.5",
            dash
        );
        svg_ += "<polyline " + style + " points=\"";
        for (const auto& [x, y] : line.points) svg_ += text("%.1f,%.1f ", place_x(x), place_y(y));
        svg_ += "\"/>\n";
        const auto y = kTop + 10 + 22 * static_cast<double>(legend_++);
        svg_ += "<polyline " + style +
                text(" points=\"%.1f,%.1f %.1f,%.1f\"/>\n", kRight + 16, y, kRight + 46, y);
        label(kRight + 54, y + 4, bold ? "font-weight=\"bold\"" : "", line.name);
    }

    const Chart& chart_;
    double x_least_ = 0;
    double x_most_ = 0;
    std::size_t legend_ = 0;
    std::string svg_;
};

}  // namespace

std::string to_svg(const Chart& chart) {
    return Drawing(chart).draw();
}

}  // namespace lars::sim
