#include "world.hpp"

#include "support/catch.hpp"

namespace lars::test {

using namespace std::chrono_literals;

AgentWorld::AgentWorld(const std::string& policy)
    : AgentWorld([&policy](agent::Options& options) { options.policy = policy; }) {}

AgentWorld::AgentWorld(const Adjust& adjust) {
    agent::Options options;
    options.dns = {{"127.0.0.1", dns.port()}};
    options.reporter = {{"127.0.0.1", reporter.port()}};
    options.reporter_kind = net::PeerExpectation::original;
    options.udp = Endpoint::from_ipv4(0x7F000001, 0);
    options.report_interval = 20ms;
    options.update_timeout = 200ms;
    options.caller = 0x7F000001;
    options.first_call_wait = 10min;
    options.unknown_module_timeout = 100ms;
    adjust(options);
    service.emplace(running.runtime, options, running.metrics, running.log);
}

std::uint16_t AgentWorld::port(std::size_t shard) const {
    return static_cast<std::uint16_t>(service->local().port + shard);
}

std::optional<std::string> AgentWorld::known_host(UdpPeer& client) {
    std::optional<std::string> answer;
    eventually([&] { return (answer = client.ask(kGetHost11)) == kHost11; });
    return answer;
}

std::string get_host_of(ModuleId id, std::uint32_t seq, std::uint32_t wait_ms) {
    GetHostRequest request;
    request.set_seq(seq);
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    if (wait_ms > 0) request.set_wait_ms(wait_ms);
    return frame(ID_GetHostRequest, request.SerializeAsString());
}

std::string route_of(ModuleId id, int hosts) {
    GetRouteResponse response;
    response.set_modid(id.modid);
    response.set_cmdid(id.cmdid);
    for (int i = 1; i <= hosts; ++i) {
        auto& host = *response.add_host();
        host.set_ip(i);
        host.set_port(80);
    }
    return frame(ID_GetRouteResponse, response.SerializeAsString());
}

GetHostResponse host_in(const std::optional<std::string>& answer) {
    GetHostResponse response;
    REQUIRE(answer);
    REQUIRE(response.ParseFromString(answer->substr(8)));
    return response;
}

std::string ack_of_ours() {
    HelloAck ack;
    ack.set_role(ROLE_DNS);
    return frame(ID_HelloAck, ack.SerializeAsString());
}

}  // namespace lars::test
