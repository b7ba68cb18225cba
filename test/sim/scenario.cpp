#include "sim/scenario.hpp"

#include <numeric>

namespace lars::sim {

double capacity_of(const std::vector<ServerOptions>& servers) {
    return std::accumulate(
        servers.begin(),
        servers.end(),
        0.0,
        [](double sum, const ServerOptions& each) { return sum + each.workers * each.speed; }
    );
}

double rate_for(double load, double capacity, const ServiceTimes& times) {
    return load * capacity / std::chrono::duration<double>(times.mean).count();
}

}  // namespace lars::sim
