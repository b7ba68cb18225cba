#include "registration_codec.hpp"

#include "base/frame.hpp"
#include "support/catch.hpp"

#include <proto/lars.pb.h>

#include <span>

using namespace lars;
using namespace lars::client;

namespace {

template <class Message>
Message read(const std::string& frame, MessageId id) {
    REQUIRE(frame.size() >= kFrameHeaderSize);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(frame.data());
    const auto header =
        decode_header(std::span<const std::uint8_t, kFrameHeaderSize>(bytes, kFrameHeaderSize));
    CHECK(header.msgid == id);
    CHECK(static_cast<std::size_t>(header.msglen) == frame.size() - kFrameHeaderSize);
    Message message;
    REQUIRE(message.ParseFromString(frame.substr(kFrameHeaderSize)));
    return message;
}

Service service() {
    Service made;
    made.name = "payments";
    made.port = 8080;
    return made;
}

}  // namespace

TEST_CASE("what a program says of its service is what proto/lars.proto has") {
    auto all = service();
    all.address = "2001:db8::1";
    all.interface = "eth0";
    all.weight = 0;
    all.zone = "eu-1/a";
    all.tags = {"a=1", "b=2"};
    all.check = 2;
    all.check_port = 8081;
    all.check_path = "/health";
    all.check_service = "grpc";
    all.check_pid = 7;
    all.interval_ms = 100;
    all.timeout_ms = 200;
    all.rise = 3;
    all.fall = 4;
    all.start_period_ms = 500;
    all.drain_ms = 600;
    all.lasting = true;
    const auto request = read<RegisterRequest>(encode_register(all, 9), ID_RegisterRequest);
    CHECK(request.seq() == 9);
    CHECK(request.instance().name() == "payments");
    CHECK(request.instance().host().address().size() == 16);
    CHECK(request.instance().host().port() == 8080);
    CHECK(request.instance().host().has_weight());
    CHECK(request.instance().host().weight() == 0);
    CHECK(request.instance().host().zone() == "eu-1/a");
    CHECK(request.instance().host().tag_size() == 2);
    CHECK(request.check().kind() == CheckInfo::KIND_HTTP);
    CHECK(request.check().port() == 8081);
    CHECK(request.check().path() == "/health");
    CHECK(request.check().service() == "grpc");
    CHECK(request.check().pid() == 7);
    CHECK(request.check().interval_ms() == 100);
    CHECK(request.check().timeout_ms() == 200);
    CHECK(request.check().rise() == 3);
    CHECK(request.check().fall() == 4);
    CHECK(request.check().start_period_ms() == 500);
    CHECK(request.drain_ms() == 600);
    CHECK(request.lasting());
    CHECK(request.interface() == "eth0");
}

TEST_CASE("what a program leaves open is left to the agent") {
    auto by_ids = service();
    by_ids.name.clear();
    by_ids.module = {7, 8};
    const auto request = read<RegisterRequest>(encode_register(by_ids, 1), ID_RegisterRequest);
    CHECK(request.instance().modid() == 7);
    CHECK(request.instance().cmdid() == 8);
    CHECK(request.instance().host().ip() == 0);
    CHECK_FALSE(request.instance().host().has_weight());
    CHECK(request.check().kind() == CheckInfo::KIND_NONE);
    const auto withdraw =
        read<WithdrawRequest>(encode_withdraw(by_ids, 2, true), ID_WithdrawRequest);
    CHECK(withdraw.at_once());
    CHECK(withdraw.instance().modid() == 7);
    CHECK(read<ServicesRequest>(encode_services(3), ID_ServicesRequest).seq() == 3);
}

TEST_CASE("an agent's answer is read, and what is none isn't") {
    ServiceResponse response;
    response.set_seq(4);
    response.set_error("no");
    auto& listed = *response.add_service();
    listed.mutable_instance()->set_name("payments");
    listed.mutable_instance()->mutable_host()->set_port(8080);
    listed.mutable_instance()->set_state(InstanceInfo::DRAINING);
    listed.set_announced(true);
    listed.set_source("process 7");
    const auto answer = decode_service_answer(response.SerializeAsString());
    REQUIRE(answer);
    CHECK(answer->seq == 4);
    CHECK(answer->error == "no");
    REQUIRE(answer->instances.size() == 1);
    CHECK(answer->instances[0].name == "payments");
    CHECK(answer->instances[0].port == 8080);
    CHECK(answer->instances[0].state == InstanceInfo::DRAINING);
    CHECK(answer->instances[0].announced);
    CHECK_FALSE(decode_service_answer("\x1A\x7F"));
    for (int byte = 0; byte < 256; ++byte) {
        decode_service_answer(std::string(8, static_cast<char>(byte)));
    }
}
