#include "agent/datagram_face.hpp"

#include "base/frame.hpp"
#include "modules.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"

#include <boost/asio/ip/address.hpp>

#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Bytes of the original's client and agent. Module 1/1 belongs to shard 2 of 3.
const auto kGetHost11 = from_hex("0400000006000000080110011801");
const auto kNoexist11 = from_hex("05000000080000000801100118012003");
const auto kGetRoute11 = from_hex("070000000400000008011001");
const auto kNoRoute11 = from_hex("080000000400000008011001");

using Origin = DatagramFace::Origin;

Origin client(std::uint16_t port, std::size_t shard = 0) {
    const boost::asio::ip::udp::endpoint from(boost::asio::ip::make_address("127.0.0.1"), port);
    return {{from, {}}, shard};
}

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

/// One shard and its face, driven by bytes: no socket, no clock.
struct World {
    explicit World(Shard::Place place = {}, const Shard::Options& options = {.max_wait = 10s})
        : shard(place, options, classic_policies(), nullptr, lb::Random(1), metrics),
          face(
              shard,
              {.role = ROLE_AGENT, .shards = 3},
              [this](const Origin& to, auto reply) { late.emplace_back(to, text_of(reply)); },
              metrics
          ) {
        shard.set_dns_reachable(true);
    }

    DatagramFace::Result handle(
        const std::string& bytes, lb::Time now = 0s, const Origin& from = client(1)
    ) {
        const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
        return face.handle({data, bytes.size()}, from, now);
    }
    std::string ask(const std::string& bytes, lb::Time now = 0s) {
        return text_of(handle(bytes, now).reply);
    }
    double counted(const std::string& name) const { return metrics.value("lars_agent_" + name); }
    double answered(ReturnCode code) const {
        return metrics.value("lars_agent_get_host_total", {{"code", to_string(code)}});
    }
    double bad_input(Errc kind) const {
        return metrics.value("lars_bad_input_total", {{"kind", kind_name(kind)}});
    }

    metrics::Registry metrics;
    Shard shard;
    DatagramFace face;
    std::vector<std::pair<Origin, std::string>> late;
};

std::string get_host_of(ModuleId id, std::uint32_t seq, std::uint32_t wait_ms) {
    GetHostRequest request;
    request.set_seq(seq);
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    if (wait_ms > 0) request.set_wait_ms(wait_ms);
    return frame(ID_GetHostRequest, request.SerializeAsString());
}

std::string report_of(ModuleId id, const Endpoint& endpoint, int retcode) {
    ReportRequest request;
    request.set_modid(id.modid);
    request.set_cmdid(id.cmdid);
    request.mutable_host()->set_ip(static_cast<std::int32_t>(endpoint.ipv4()));
    request.mutable_host()->set_port(endpoint.port);
    request.set_retcode(retcode);
    request.set_latency_us(70);
    return frame(ID_ReportRequest, request.SerializeAsString());
}

template <class Message>
Message parse(const std::string& bytes) {
    Message message;
    REQUIRE(bytes.size() >= kFrameHeaderSize);
    REQUIRE(message.ParseFromString(bytes.substr(kFrameHeaderSize)));
    return message;
}

}  // namespace

TEST_CASE("an unknown module is NOEXIST, in the original's bytes, and asked of dns") {
    World world;
    CHECK(world.ask(kGetHost11) == kNoexist11);
    CHECK(world.ask(kGetRoute11) == kNoRoute11);
    CHECK(world.answered(ReturnCode::noexist) == 1);
    CHECK(world.shard.modules().drain_pulls(10, 0s) == std::vector{Pull{.module = {1, 1}}});
}

TEST_CASE("a known module is answered with an endpoint, and with its route") {
    World world;
    world.ask(kGetHost11);
    CHECK(world.shard.set_route(route_of(2), RouteSource::ours, 0s));
    const auto answer = parse<GetHostResponse>(world.ask(get_host_of({1, 1}, 7, 0)));
    CHECK(answer.seq() == 7);
    CHECK(answer.modid() == 1);
    CHECK(answer.retcode() == 0);
    CHECK(answer.host().port() == 80);
    CHECK(world.answered(ReturnCode::succ) == 1);
    const auto route = parse<GetRouteResponse>(world.ask(kGetRoute11));
    CHECK(route.host_size() == 2);
    CHECK_FALSE(route.truncated());
}

TEST_CASE("a route larger than a datagram is cut to it, marked and counted") {
    World world;
    world.ask(kGetHost11);
    world.shard.set_route(route_of(10'000), RouteSource::ours, 0s);
    const auto bytes = world.ask(kGetRoute11);
    CHECK(bytes.size() <= kFrameHeaderSize + kMaxUdpBody);
    CHECK(parse<GetRouteResponse>(bytes).truncated());
    CHECK(world.counted("truncated_total") == 1);
}

TEST_CASE("who has a part of a route is answered the rest, as long as it is that route") {
    World world;
    world.ask(kGetHost11);
    world.shard.set_route(route_of(10'000), RouteSource::ours, 0s);
    const auto ask = [&world](std::uint64_t etag, int rows) {
        GetRouteRequest request;
        request.set_modid(1);
        request.set_cmdid(1);
        request.set_etag(etag);
        request.set_rows(static_cast<std::uint32_t>(rows));
        const auto bytes = world.ask(frame(ID_API_GetRouteRequest, request.SerializeAsString()));
        CHECK(bytes.size() <= kFrameHeaderSize + kMaxUdpBody);
        return parse<GetRouteResponse>(bytes);
    };
    const auto first = parse<GetRouteResponse>(world.ask(kGetRoute11));
    REQUIRE(first.etag() != 0);
    std::set<std::int32_t> all;
    auto part = first;
    for (int rows = 0;;) {
        for (const auto& each : part.host()) all.insert(each.ip());
        rows += part.host_size();
        CHECK(part.etag() == first.etag());
        if (!part.truncated()) break;
        REQUIRE(part.host_size() > 0);
        part = ask(first.etag(), rows);
    }
    CHECK(all.size() == 10'000);
    CHECK(ask(first.etag(), 10'000).host_size() == 0);
    CHECK(ask(first.etag(), 1'000'000).host_size() == 0);
    // Of another route.
    CHECK(ask(first.etag() + 1, 9'999).host_size() == first.host_size());
    CHECK(world.counted("truncated_total") == 2);

    world.shard.set_route(route_of(2), RouteSource::ours, 0s);
    CHECK(ask(first.etag(), 9'999).host_size() == 2);
    CHECK(parse<GetRouteResponse>(world.ask(kGetRoute11)).etag() == 0);  // the original's bytes
}

TEST_CASE("a report is counted and not answered; one of what isn't held is strange") {
    World world;
    world.ask(kGetHost11);
    world.shard.set_route(route_of(2), RouteSource::ours, 0s);
    CHECK(world.ask(report_of({1, 1}, host(1), 1)).empty());
    CHECK(world.ask(report_of({1, 1}, host(1), 0)).empty());
    CHECK(world.counted("reports_total") == 2);
    const auto calls = world.shard.modules().drain_calls(10, 1s);
    REQUIRE(calls.size() == 1);
    REQUIRE(calls[0].endpoints.size() == 1);
    CHECK(calls[0].endpoints[0].endpoint == host(1));
    CHECK(calls[0].endpoints[0].successes == 1);
    CHECK(calls[0].endpoints[0].failures == 1);
    CHECK(calls[0].endpoints[0].latency_sum_us == 140);
    world.ask(report_of({1, 1}, host(9), 0));
    world.ask(report_of({5, 5}, host(1), 0));
    CHECK(world.counted("strange_reports_total") == 2);
}

TEST_CASE("Hello is answered with how many shards there are") {
    World world;
    const auto ack = parse<HelloAck>(world.ask(frame(ID_Hello, "")));
    CHECK(ack.role() == ROLE_AGENT);
    CHECK(ack.shards() == 3);
}

TEST_CASE("a module beyond the bound is NOEXIST, and counted") {
    World world({}, {.modules = {.limits = {.max_unknown = 1}}});
    world.ask(kGetHost11);
    CHECK(parse<GetHostResponse>(world.ask(get_host_of({2, 1}, 1, 60'000))).retcode() == 3);
    CHECK(world.counted("modules_refused_total") == 1);
}

TEST_CASE("a query that may wait is parked, and answered when the route comes") {
    World world;
    CHECK(world.handle(get_host_of({1, 1}, 1, 5'000), 0s, client(11)).parked);
    CHECK(world.handle(get_host_of({1, 1}, 2, 5'000), 0s, client(12)).parked);
    CHECK(world.handle(get_host_of({2, 1}, 3, 5'000), 0s, client(13)).parked);
    CHECK(world.counted("first_calls_waited_total") == 3);
    // Others are answered meanwhile.
    CHECK(parse<GetHostResponse>(world.ask(get_host_of({1, 1}, 4, 0))).retcode() == 3);

    world.shard.set_route(route_of(1), RouteSource::ours, 1s);
    REQUIRE(world.late.size() == 2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        CHECK(world.late[i].first.from.peer.port() == 11 + i);
        const auto answer = parse<GetHostResponse>(world.late[i].second);
        CHECK(answer.seq() == 1 + i);
        CHECK(answer.retcode() == 0);
        CHECK(answer.host().ip() == 10);
    }
    CHECK(world.answered(ReturnCode::succ) == 2);
    world.shard.set_route(route_of(1), RouteSource::ours, 1s);
    CHECK(world.late.size() == 2);  // each once
}

TEST_CASE("a query waits no longer than it may, nor than the agent allows") {
    World world({}, {.max_wait = 2s});
    CHECK(world.shard.next_wait_end() == lb::Time::max());
    world.handle(get_host_of({1, 1}, 1, 1'000), 1s);
    world.handle(get_host_of({1, 1}, 2, 60'000), 1s);
    CHECK(world.shard.next_wait_end() == 2s);
    world.shard.end_waits(1'999ms);
    CHECK(world.late.empty());
    world.shard.end_waits(2s);
    REQUIRE(world.late.size() == 1);
    CHECK(parse<GetHostResponse>(world.late[0].second).seq() == 1);
    CHECK(parse<GetHostResponse>(world.late[0].second).retcode() == 3);
    CHECK(world.shard.next_wait_end() == 3s);
    world.shard.end_waits(3s);
    CHECK(world.late.size() == 2);
    CHECK(world.answered(ReturnCode::noexist) == 2);
}

TEST_CASE("nobody waits for what dns has said isn't there, nor while dns is out of reach") {
    World world;
    world.handle(get_host_of({1, 1}, 1, 1'000));
    world.shard.set_route(route_of(0), RouteSource::ours, 0s);
    REQUIRE(world.late.size() == 1);
    CHECK(parse<GetHostResponse>(world.late[0].second).retcode() == 3);
    CHECK(parse<GetHostResponse>(world.ask(get_host_of({1, 1}, 2, 1'000))).retcode() == 3);
    world.shard.set_dns_reachable(false);
    CHECK(parse<GetHostResponse>(world.ask(get_host_of({2, 1}, 3, 1'000))).retcode() == 3);
    CHECK(world.counted("first_calls_waited_total") == 1);
}

TEST_CASE("only so many wait; the next is answered at once") {
    World world;
    for (std::size_t i = 0; i < Waiters::kMax; ++i) {
        REQUIRE(world.handle(get_host_of({1, 1}, 1, 1'000)).parked);
    }
    CHECK(parse<GetHostResponse>(world.ask(get_host_of({1, 1}, 2, 1'000))).seq() == 2);
    CHECK(world.counted("first_calls_waited_total") == Waiters::kMax);
}

TEST_CASE("a datagram for another shard is forwarded, and its answer goes to where it came from") {
    World wrong({.index = 0, .shards = 3});
    World right({.index = 2, .shards = 3});
    const auto from = client(11, 0);
    for (const auto& bytes : {kGetHost11, kGetRoute11, report_of({1, 1}, host(0), 0)}) {
        const auto result = wrong.handle(bytes, 0s, from);
        CHECK(result.reply.empty());
        CHECK_FALSE(result.parked);
        REQUIRE(result.forward_to);
        CHECK(*result.forward_to == 2);
    }
    CHECK(wrong.counted("misdirected_total") == 3);
    CHECK(wrong.shard.modules().size() == 0);

    CHECK(text_of(right.handle(kGetHost11, 0s, from).reply) == kNoexist11);
    CHECK(right.handle(get_host_of({1, 1}, 5, 1'000), 0s, from).parked);
    right.shard.set_route(route_of(1), RouteSource::ours, 0s);
    REQUIRE(right.late.size() == 1);
    CHECK(right.late[0].first.shard == 0);
    CHECK(right.late[0].first.from == from.from);
    CHECK(right.counted("misdirected_total") == 0);
}

TEST_CASE("a negative module belongs to nobody: it is answered where it came, and counted") {
    World world({.index = 1, .shards = 3});
    CHECK(
        world.ask(from_hex("040000000d000000080110ffffffffffffffffff01")) ==
        from_hex("050000000f000000080110ffffffffffffffffff012003")
    );
    CHECK(world.bad_input(Errc::negative_module) == 1);
    CHECK(world.ask(report_of({-1, 1}, host(0), 0)).empty());
    CHECK(world.bad_input(Errc::negative_module) == 2);
    CHECK(world.shard.modules().size() == 0);
    CHECK_FALSE(world.shard.modules().pulls_due());
}

TEST_CASE("bad input is counted by its kind, and neither answered nor forwarded") {
    World world;
    const auto bad = [&world](const std::string& bytes, Errc kind) {
        CAPTURE(to_hex(bytes));
        const auto before = world.bad_input(kind);
        const auto result = world.handle(bytes);
        CHECK(result.reply.empty());
        CHECK_FALSE(result.forward_to);
        CHECK_FALSE(result.parked);
        CHECK(world.bad_input(kind) == before + 1);
    };
    bad("", Errc::short_header);
    bad("abcdefg", Errc::short_header);
    bad(from_hex("04000000ffffffff"), Errc::negative_length);
    bad(from_hex("04000000ffffff7f"), Errc::oversized_length);
    bad(kGetHost11 + "x", Errc::length_mismatch);
    bad(kGetHost11.substr(0, 10), Errc::length_mismatch);
    for (const auto id : {ID_GetHostRequest, ID_ReportRequest, ID_API_GetRouteRequest, ID_Hello}) {
        bad(frame(id, "\xFF\xFF"), Errc::undecodable_body);
    }
    bad(frame(99, ""), Errc::unknown_message);
    bad(frame(ID_GetHostResponse, ""), Errc::unknown_message);
    bad(report_of({1, 1}, Endpoint::from_ipv4(1, 0), 0), Errc::bad_endpoint);
    CHECK(world.shard.modules().size() == 0);
}

namespace {

constexpr auto kSelectable = "version=2";

/// Hosts 0 to 5, of which each second has the tag, and one with an IPv6 address.
lb::EndpointTablePtr mixed_route() {
    Route route;
    route.module = kId;
    for (std::uint32_t i = 0; i < 6; ++i) {
        route.endpoints.push_back({host(i), kDefaultWeight, "", i % 2 == 0 ? kSelectable : ""});
    }
    Endpoint ipv6{.address = {0x20, 1}, .port = 80};
    route.endpoints.push_back({ipv6, kDefaultWeight, ""});
    canonicalize(route);
    return std::make_shared<const lb::EndpointTable>(route);
}

struct Asking : World {
    explicit Asking(lb::EndpointTablePtr route, const Shard::Options& options = {.max_wait = 10s})
        : World({}, options) {
        ask(kGetHost11);
        shard.set_route(std::move(route), RouteSource::ours, 0s);
    }

    GetHostRequest request() const {
        GetHostRequest request;
        request.set_seq(1);
        request.set_modid(1);
        request.set_cmdid(1);
        return request;
    }
    GetHostResponse answer(const GetHostRequest& request, lb::Time now = 0s) {
        return parse<GetHostResponse>(
            ask(frame(ID_GetHostRequest, request.SerializeAsString()), now)
        );
    }
};

void leave_out(GetHostRequest& request, const Endpoint& endpoint) {
    auto& out = *request.add_exclude();
    out.set_ip(static_cast<std::int32_t>(endpoint.ipv4()));
    out.set_port(endpoint.port);
}

}  // namespace

TEST_CASE("a question that selects is answered with an endpoint that has the tag") {
    Asking world(mixed_route());
    auto request = world.request();
    request.set_select(kSelectable);
    std::set<int> ips;
    for (int i = 0; i < 100; ++i) ips.insert(world.answer(request).host().ip());
    CHECK(ips == std::set<int>{10, 12, 14});
    request.set_select("version=3");
    CHECK(world.answer(request).retcode() == static_cast<int>(ReturnCode::noexist));
    CHECK(world.counted("bad_selectors_total") == 0);
    for (const auto& bad :
         {std::string("version"), std::string("a,b=c"), std::string(5'000, 'x')}) {
        request.set_select(bad);
        CHECK(world.answer(request).retcode() == static_cast<int>(ReturnCode::noexist));
    }
    CHECK(world.counted("bad_selectors_total") == 3);
}

TEST_CASE("endpoints that are left out aren't answered, and what can't be one is counted") {
    Asking world(route_of(3));
    auto request = world.request();
    leave_out(request, host(0));
    leave_out(request, host(1));
    request.add_exclude()->set_address("short");
    for (int i = 0; i < 20; ++i) CHECK(world.answer(request).host().ip() == 12);
    CHECK(world.bad_input(Errc::bad_endpoint) == 20);
    leave_out(request, host(2));
    const auto answer = world.answer(request);
    CHECK(answer.retcode() == static_cast<int>(ReturnCode::overload));
    CHECK(answer.wait_ms() == 0);
    CHECK(world.counted("exclude_ignored_total") == 0);
    for (std::uint32_t i = 20; i < 30; ++i) leave_out(request, host(i));
    CHECK(world.answer(request).retcode() == static_cast<int>(ReturnCode::overload));
    CHECK(world.counted("exclude_ignored_total") == 1);
}

TEST_CASE("retries beyond the budget are refused, with how long to wait") {
    Asking world(route_of(3), {.max_wait = 10s, .retries = {.ratio = 0.2, .min_per_second = 10}});
    auto first = world.request();
    auto retry = world.request();
    retry.set_attempt(1);
    const auto retries = [&](lb::Time now) {
        int granted = 0;
        while (world.answer(retry, now).retcode() == 0) ++granted;
        return granted;
    };
    CHECK(retries(1h) == 100);
    const auto refused = world.answer(retry, 1h);
    CHECK(refused.retcode() == static_cast<int>(ReturnCode::overload));
    CHECK(refused.wait_ms() == 100);
    CHECK_FALSE(refused.has_host());
    for (int i = 0; i < 100; ++i) CHECK(world.answer(first, 1h).retcode() == 0);
    CHECK(retries(1h) == 20);
    CHECK(world.counted("retries_total") == 123);
    CHECK(world.counted("retries_refused_total") == 3);
}

TEST_CASE("an original client is answered with IPv4 endpoints only") {
    Asking world(mixed_route());
    bool any_ipv6 = false;
    for (int i = 0; i < 200; ++i) {
        CHECK(parse<GetHostResponse>(world.ask(kGetHost11)).host().address().empty());
        auto ours = world.request();
        ours.set_wait_ms(0);  // it is said, which no original does
        any_ipv6 = any_ipv6 || !world.answer(ours).host().address().empty();
    }
    CHECK(any_ipv6);
}

TEST_CASE("a parked question keeps what it selects and leaves out") {
    World world;
    GetHostRequest request;
    request.set_modid(1);
    request.set_cmdid(1);
    request.set_wait_ms(5'000);
    request.set_select(kSelectable);
    leave_out(request, host(0));
    leave_out(request, host(2));
    CHECK(world.handle(frame(ID_GetHostRequest, request.SerializeAsString())).parked);
    world.ask(kGetRoute11);
    world.shard.set_route(mixed_route(), RouteSource::ours, 0s);
    REQUIRE(world.late.size() == 1);
    CHECK(parse<GetHostResponse>(world.late[0].second).host().ip() == 14);
}

TEST_CASE("a route can be asked for by tag") {
    Asking world(mixed_route());
    GetRouteRequest request;
    request.set_modid(1);
    request.set_cmdid(1);
    request.set_select(kSelectable);
    const auto ask = [&] {
        return parse<GetRouteResponse>(
            world.ask(frame(ID_API_GetRouteRequest, request.SerializeAsString()))
        );
    };
    CHECK(ask().host_size() == 3);
    request.set_etag(mixed_route()->etag());
    request.set_rows(2);
    const auto rest = ask();
    REQUIRE(rest.host_size() == 1);
    CHECK(rest.host(0).ip() == 14);
    request.set_rows(3);
    CHECK(ask().host_size() == 0);
}

TEST_CASE("a server's load is kept, and what can't be one is counted") {
    Asking world(route_of(2));
    ReportRequest report;
    report.set_modid(1);
    report.set_cmdid(1);
    report.mutable_host()->set_ip(10);
    report.mutable_host()->set_port(80);
    const auto say = [&](float load) {
        report.set_server_load(load);
        world.handle(frame(ID_ReportRequest, report.SerializeAsString()));
    };
    const auto load = [&] {
        return world.shard.modules().find(kId)->balancer()->view(0).server_load;
    };
    CHECK_FALSE(load());
    say(0.25F);
    CHECK(load() == 0.25F);
    for (const float bad : {-0.1F, 1.5F, std::numeric_limits<float>::quiet_NaN()}) say(bad);
    CHECK(load() == 0.25F);
    CHECK(world.counted("bad_server_loads_total") == 3);
    CHECK(world.counted("reports_total") == 4);
}
