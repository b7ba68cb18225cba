#include "messages.hpp"

#include "wire/endpoint.hpp"
#include "wire/frame.hpp"

namespace lars::bench {
namespace {

constexpr std::uint32_t kLatencyUs = 1'000;

}  // namespace

void Messages::get_host(
    ModuleId module, std::uint32_t seq, std::string& out, const std::string& name
) {
    request_.set_seq(seq);
    request_.set_modid(module.modid);
    request_.set_cmdid(module.cmdid);
    request_.set_name(name);
    out.clear();
    wire::append_frame(out, ID_GetHostRequest, request_);
}

void Messages::report(const GetHostResponse& answer, std::string& out) {
    report_.set_modid(answer.modid());
    report_.set_cmdid(answer.cmdid());
    if (answer.has_host()) {
        *report_.mutable_host() = answer.host();
    } else {
        wire::to_wire(Endpoint::from_ipv4(0xC0A80001, 7777), *report_.mutable_host());
    }
    report_.set_latency_us(kLatencyUs);
    out.clear();
    wire::append_frame(out, ID_ReportRequest, report_);
}

const GetHostResponse* Messages::answer(std::string_view datagram) {
    if (datagram.size() < kFrameHeaderSize) return nullptr;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(datagram.data());
    const auto body = std::span(bytes, datagram.size()).subspan(kFrameHeaderSize);
    return wire::parse_body(body, response_) ? &response_ : nullptr;
}

}  // namespace lars::bench
