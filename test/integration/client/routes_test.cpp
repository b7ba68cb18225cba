#include "lars/client.hpp"
#include "support/catch.hpp"
#include "support/fake_agent.hpp"

#include <proto/lars.pb.h>

#include <algorithm>
#include <string>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// What the fake agents' answers hold.
constexpr int kRowsOfAnswer = 4;

std::string address_of(int row) {
    return "10.0.0." + std::to_string(row + 1);
}

/// An agent's answer to a request for a route of so many endpoints, from one on.
std::string part(std::uint64_t etag, int first, int total) {
    lars::GetRouteResponse answer;
    answer.set_modid(1);
    answer.set_cmdid(1);
    answer.set_etag(etag);
    const auto end = std::min(total, first + kRowsOfAnswer);
    for (int row = first; row < end; ++row) {
        auto& host = *answer.add_host();
        host.set_ip((10 << 24) + row + 1);
        host.set_port(80);
    }
    answer.set_truncated(end < total);
    return frame(lars::ID_API_GetRouteResponse, answer.SerializeAsString());
}

lars::GetRouteRequest parse(const std::string& datagram) {
    lars::GetRouteRequest request;
    request.ParseFromString(datagram.substr(8));
    return request;
}

/// As ours answers: from where the client is on, if it has the same route.
std::string answer_to(const std::string& datagram, std::uint64_t etag, int total) {
    const auto request = parse(datagram);
    const bool current = request.etag() == etag;
    return part(etag, current ? static_cast<int>(request.rows()) : 0, total);
}

std::vector<std::string> addresses(const std::vector<lars::Host>& hosts) {
    std::vector<std::string> out;
    for (const auto& each : hosts) out.push_back(each.address);
    return out;
}

std::vector<std::string> all_of(int total) {
    std::vector<std::string> out;
    for (int row = 0; row < total; ++row) out.push_back(address_of(row));
    return out;
}

}  // namespace

TEST_CASE("a route larger than an answer is fetched in parts") {
    const int total = GENERATE(1, 4, 5, 8, 11, 200);
    CAPTURE(total);
    FakeAgent agent([&](const auto& request) { return std::vector{answer_to(request, 7, total)}; });
    lars::Client client({agent.address(), 30s});
    for (int i = 0; i < 2; ++i) {
        std::vector<lars::Host> hosts;
        CHECK(client.get_route(1, 1, hosts) == lars::Code::succ);
        CHECK(addresses(hosts) == all_of(total));
    }
    CHECK(client.reg_init(1, 1) == lars::Code::succ);
}

TEST_CASE("an answer that comes twice isn't taken for the next part") {
    FakeAgent agent([](const auto& request) { return std::vector(3, answer_to(request, 7, 11)); });
    lars::Client client({agent.address(), 30s});
    for (int i = 0; i < 5; ++i) CHECK(addresses(client.get_route(1, 1)) == all_of(11));
}

TEST_CASE("a route that changes between its parts is fetched anew") {
    FakeAgent agent([&agent](const auto& request) {
        return std::vector{
            agent.received < 3 ? answer_to(request, 7, 11) : answer_to(request, 8, 6)};
    });
    lars::Client client({agent.address(), 30s});
    CHECK(addresses(client.get_route(1, 1)) == all_of(6));
    CHECK(agent.received == 4);
}

TEST_CASE("an agent that can't send the rest is said to have more") {
    FakeAgent agent([](const auto&) { return std::vector{part(0, 0, 11)}; });
    lars::Client client({agent.address(), 30s});
    std::vector<lars::Host> hosts;
    const auto code = client.get_route(1, 1, hosts);
    CHECK(code == lars::Code::truncated);
    CHECK(std::string(lars::to_string(code)) == "TRUNCATED");
    CHECK(addresses(hosts) == all_of(kRowsOfAnswer));
    CHECK(client.get_route(1, 1).size() == kRowsOfAnswer);
    CHECK(client.reg_init(1, 1) == lars::Code::succ);
}

TEST_CASE("an agent that falls silent amid a route leaves nothing half") {
    FakeAgent agent([](const auto& request) {
        return parse(request).rows() == 0 ? std::vector{answer_to(request, 7, 11)}
                                          : std::vector<std::string>{};
    });
    lars::Client client({agent.address(), 100ms});
    std::vector<lars::Host> hosts{{"10.9.9.9", 9}};
    CHECK(client.get_route(1, 1, hosts) == lars::Code::system_error);
    CHECK(hosts.empty());
}
