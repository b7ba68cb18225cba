#include "agent_process.hpp"

#include "hotpath/scrape.hpp"
#include "process.hpp"

#include <sstream>

namespace lars::bench {
namespace {

// All endpoints of all modules that are called.
constexpr const char* kEndpointMetrics = "10000";

std::uint64_t number_of(const std::string& metrics, const std::string& name) {
    return static_cast<std::uint64_t>(value_of(metrics, name));
}

CallCounts endpoint_calls(const std::string& metrics) {
    const std::string name = "lars_agent_endpoint_calls_total{";
    CallCounts counts;
    std::istringstream lines(metrics);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name)) continue;
        const auto end = line.find('}');
        const auto labels = line.substr(name.size(), end - name.size());
        counts[labels] = static_cast<std::uint64_t>(std::stod(line.substr(end + 1)));
    }
    return counts;
}

}  // namespace

Accepted& Accepted::operator+=(const Accepted& other) {
    calls += other.calls;
    lost += other.lost;
    for (const auto& [labels, count] : other.by_endpoint) by_endpoint[labels] += count;
    return *this;
}

AgentProcess::AgentProcess(std::uint16_t dns, const std::vector<std::uint16_t>& reporters) {
    std::string peers;
    for (const auto port : reporters) {
        if (!peers.empty()) peers += ',';
        peers += "127.0.0.1:" + std::to_string(port);
    }
    command_ = {
        program("lars-agent"),
        "--udp-port",
        "0",
        "--shards",
        std::to_string(kShards),
        "--dns",
        "127.0.0.1:" + std::to_string(dns),
        "--reporter",
        peers,
        "--caller",
        "127.0.0.1",
        "--report-interval",
        "200ms",
        "--endpoint-metrics",
        kEndpointMetrics,
        "--admin",
        "127.0.0.1:0"};
}

void AgentProcess::start() {
    agent_.emplace(command_, " shards from UDP 127.0.0.1:");
}

void AgentProcess::stop() {
    before_ = accepted();
    agent_->stop();
    agent_.reset();
}

Accepted AgentProcess::accepted() {
    const auto metrics = scrape(agent_->admin_port());
    Accepted all{
        .calls = number_of(metrics, "lars_agent_reports_total"),
        .lost = number_of(metrics, "lars_agent_calls_lost_total"),
        .by_endpoint = endpoint_calls(metrics),
    };
    return all += before_;
}

}  // namespace lars::bench
