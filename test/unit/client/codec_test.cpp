#include "codec.hpp"

#include "support/catch.hpp"
#include "support/peer.hpp"

#include <proto/lars.pb.h>

#include <array>

using namespace lars;
using namespace lars::client;
using lars::test::frame;
using lars::test::from_hex;
using lars::test::to_hex;

namespace {

const auto kHost = *parse_endpoint("192.168.1.177:7777");

std::string get_host(ModuleId module, std::uint32_t seq) {
    std::string out = "what was there before";
    encode_get_host(out, {.module = module}, seq, 0);
    return to_hex(out);
}

}  // namespace

// 980100: it waits for no route, which an original client doesn't say.
TEST_CASE("requests are the original client's bytes, and say how long they may wait") {
    CHECK(get_host({1, 1}, 1) == "0400000009000000080110011801980100");
    CHECK(get_host({1, 1}, 0) == "040000000700000010011801980100");
    CHECK(
        get_host({INT32_MAX, 300}, UINT32_MAX) ==
        "040000001200000008ffffffff0f10ffffffff0718ac02980100"
    );
    CHECK(get_host({-1, 0}, 1) == "0400000010000000080110ffffffffffffffffff01980100");
    std::string out;
    encode_get_route(out, {.module = {1, 1}});
    CHECK(to_hex(out) == "070000000400000008011001");
    encode_report(out, {.module = {1, 1}, .endpoint = kHost});
    CHECK(to_hex(out) == "0600000014000000080110011a0e08b183a085fcffffffff0110e13c");
    encode_report(out, {.module = {1, 1}, .endpoint = kHost, .retcode = 1});
    CHECK(to_hex(out) == "0600000016000000080110011a0e08b183a085fcffffffff0110e13c2001");
}

TEST_CASE("answers of the original agent are understood") {
    const auto host =
        decode_host_answer(from_hex("05000000160000000801100118012a0e08b183a085fcffffffff0110e13c")
        );
    REQUIRE(host);
    CHECK(host->seq == 1);
    CHECK(host->retcode == 0);
    CHECK(to_string(host->endpoint) == "192.168.1.177:7777");
    CHECK(decode_host_answer(from_hex("05000000080000000801100118012003"))->retcode == 3);
    CHECK(decode_route_answer(from_hex("080000000400000008011001"))->route.endpoints.empty());
    const auto route =
        decode_route_answer(from_hex("0800000014000000080110011a0e08b183a085fcffffffff0110e13c"));
    REQUIRE(route);
    CHECK(route->route.endpoints == std::vector{RouteEndpoint{kHost}});
    CHECK(route->etag == 0);
    CHECK_FALSE(route->truncated);
}

TEST_CASE("the codec agrees with protobuf, extensions too") {
    std::string out;
    const auto v6 = *parse_endpoint("[2001:db8::1]:443");
    const std::string v6_bytes(v6.address.begin(), v6.address.end());
    const std::array exclude{kHost, v6};
    const HostQuestion question{
        .name = "payments",
        .module = {1, 2},
        .select = "version=2",
        .hash_key = 0,
        .exclude = exclude,
        .attempt = 2};
    encode_get_host(out, question, 3, 20);
    GetHostRequest request;
    REQUIRE(request.ParseFromString(out.substr(8)));
    CHECK(request.seq() == 3);
    CHECK(request.modid() == 1);
    CHECK(request.cmdid() == 2);
    CHECK(request.wait_ms() == 20);
    encode_get_host(out, question, 3, 0);
    REQUIRE(request.ParseFromString(out.substr(8)));
    CHECK(request.has_wait_ms());
    CHECK(request.name() == "payments");
    CHECK(request.select() == "version=2");
    CHECK(request.has_hash_key());
    CHECK(request.attempt() == 2);
    REQUIRE(request.exclude_size() == 2);
    CHECK(request.exclude(0).ip() == static_cast<std::int32_t>(kHost.ipv4()));
    CHECK(request.exclude(0).port() == kHost.port);
    CHECK(request.exclude(1).address() == v6_bytes);

    const CallReport said{
        .name = "payments",
        .module = {3, 4},
        .endpoint = v6,
        .retcode = 7,
        .latency_us = 1234,
        .server_load = 0.5F,
        .attempt = 1};
    encode_report(out, said);
    ReportRequest report;
    REQUIRE(report.ParseFromString(out.substr(8)));
    CHECK(report.modid() == 3);
    CHECK(report.retcode() == 7);
    CHECK(report.latency_us() == 1234);
    CHECK(report.host().address() == v6_bytes);
    CHECK(report.name() == "payments");
    CHECK(report.server_load() == 0.5F);
    CHECK(report.attempt() == 1);

    GetHostResponse response;
    response.set_seq(9);
    response.mutable_host()->set_port(443);
    response.mutable_host()->set_address(report.host().address());
    response.mutable_host()->set_zone("ignored");
    CHECK(decode_host_answer(frame(5, response.SerializeAsString()))->endpoint == v6);
}

TEST_CASE("a route is read with its weights, zones and policy, and asked for from where it was cut"
) {
    std::string out;
    const RouteQuestion question{
        .module = {1, 2}, .etag = 0x1122334455667788, .rows = 4'366, .states = 7};
    encode_get_route(out, question);
    GetRouteRequest request;
    REQUIRE(request.ParseFromString(out.substr(8)));
    CHECK(request.modid() == 1);
    CHECK(request.cmdid() == 2);
    CHECK(request.etag() == 0x1122334455667788);
    CHECK(request.rows() == 4'366);
    CHECK(request.watch());
    CHECK(request.states() == 7);

    GetRouteResponse response;
    response.set_modid(1);
    response.set_cmdid(2);
    response.set_etag(5);
    response.set_truncated(true);
    response.set_store_id(9);
    response.mutable_policy()->set_name("classic");
    for (const auto& [key, value] : {std::pair{"probe_num", 5.0}, {"err_rate", 0.5}}) {
        auto& parameter = *response.mutable_policy()->add_parameters();
        parameter.set_key(key);
        parameter.set_value(value);
    }
    auto& host = *response.add_host();
    host.set_ip(static_cast<std::int32_t>(kHost.ipv4()));
    host.set_port(kHost.port);
    host.set_weight(0);
    host.set_zone("eu/1");
    host.add_tag("stage=canary");
    host.add_tag("version=2");
    host.set_state(ENDPOINT_EJECTED);
    response.set_states(11);
    const auto answer = decode_route_answer(frame(8, response.SerializeAsString()));
    REQUIRE(answer);
    CHECK(answer->etag == 5);
    CHECK(answer->truncated);
    CHECK(answer->route.module == ModuleId{1, 2});
    CHECK(
        answer->route.endpoints ==
        std::vector{RouteEndpoint{kHost, 0, "eu/1", "stage=canary,version=2"}}
    );
    CHECK(answer->states == std::vector<std::uint32_t>{ENDPOINT_EJECTED});
    CHECK(answer->states_hash == 11);
    CHECK(answer->route.policy.name == "classic");
    CHECK(answer->route.policy.parameters.at("probe_num") == 5.0);
    CHECK(answer->route.policy.parameters.at("err_rate") == 0.5);
}

TEST_CASE("no prefix and no flipped bit of an answer is misread or crashes") {
    const auto whole = from_hex("05000000160000000801100118012a0e08b183a085fcffffffff0110e13c");
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(decode_host_answer(whole.substr(0, size)));
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        auto broken = whole;
        broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << bit % 8));
        const auto answer = decode_host_answer(broken);
        GetHostResponse reference;
        const bool parses = reference.ParseFromString(broken.substr(8));
        if (answer) CHECK((parses && answer->seq == reference.seq()));
        decode_route_answer(broken);
    }
}
