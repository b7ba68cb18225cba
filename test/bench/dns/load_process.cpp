#include "load_process.hpp"

#include "process.hpp"
#include "support/wait.hpp"

#include <sstream>
#include <stdexcept>
#include <utility>

namespace lars::bench {
namespace {

constexpr auto kTimeout = std::chrono::seconds(60);

std::vector<std::string> command(const LoadProcess::Options& options) {
    return {
        bench_program("dns_load"),
        "--port",
        std::to_string(options.port),
        "--sessions",
        std::to_string(options.sessions),
        "--modules",
        std::to_string(options.modules)};
}

}  // namespace

LoadProcess::LoadProcess(const Options& options)
    : process_(command(options), directory_.file("out")), output_(directory_.file("out")) {}

LoadProcess::Served LoadProcess::await_served() {
    const auto said = [this] {
        read();
        return !served_.empty();
    };
    if (!test::eventually(said, kTimeout)) {
        throw std::runtime_error("not every session is served: " + process_.output());
    }
    const auto first = served_.front();
    served_.erase(served_.begin());
    return first;
}

void LoadProcess::await_markers(
    const std::function<void(const Marker&)>& take, const std::function<bool()>& enough
) {
    const auto drain = [&] {
        read();
        for (const auto& marker : std::exchange(markers_, {})) take(marker);
        return enough();
    };
    if (!test::eventually(drain, kTimeout)) {
        throw std::runtime_error("not every session has seen every change");
    }
}

void LoadProcess::read() {
    for (const auto& line : output_.new_lines()) {
        std::istringstream words(line);
        std::string what;
        words >> what;
        if (what == "served") {
            Served served;
            words >> served.at.real >> served.at.monotonic >> served.attempts;
            served_.push_back(served);
        } else if (what == "marker") {
            Marker marker;
            words >> marker.modid >> marker.value >> marker.at.real >> marker.at.monotonic;
            markers_.push_back(marker);
        } else {
            throw std::runtime_error(line);
        }
    }
}

}  // namespace lars::bench
