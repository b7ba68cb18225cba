#include "codec.hpp"

#include "base/frame.hpp"
#include "base/tags.hpp"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include <algorithm>
#include <utility>

namespace lars::client {
namespace {

constexpr std::int32_t kGetHostRequest = 4;
constexpr std::int32_t kGetHostResponse = 5;
constexpr std::int32_t kReportRequest = 6;
constexpr std::int32_t kGetRouteRequest = 7;
constexpr std::int32_t kGetRouteResponse = 8;

// Room for the header first, its length once the body is known.
void begin(std::string& out) {
    out.assign(kFrameHeaderSize, '\0');
}

void finish(std::string& out, std::int32_t id) {
    const auto length = static_cast<std::int32_t>(out.size() - kFrameHeaderSize);
    const auto header = encode_header({id, length});
    std::copy(header.begin(), header.end(), out.begin());
}

// proto3 leaves out zeros, as the original's encoder does.
void add_nonzero(protozero::pbf_writer& body, protozero::pbf_tag_type tag, std::int32_t value) {
    if (value != 0) body.add_int32(tag, value);
}

// Its two fields follow one another.
void add_module(protozero::pbf_writer& body, protozero::pbf_tag_type first, ModuleId module) {
    add_nonzero(body, first, module.modid);
    add_nonzero(body, first + 1, module.cmdid);
}

void add_text(protozero::pbf_writer& body, protozero::pbf_tag_type tag, std::string_view text) {
    if (!text.empty()) body.add_string(tag, text.data(), text.size());
}

void add_host(protozero::pbf_writer& body, protozero::pbf_tag_type tag, const Endpoint& endpoint) {
    protozero::pbf_writer host(body, tag);
    if (endpoint.is_ipv4()) add_nonzero(host, 1, static_cast<std::int32_t>(endpoint.ipv4()));
    add_nonzero(host, 2, endpoint.port);
    if (endpoint.is_ipv4()) return;
    const auto* bytes = reinterpret_cast<const char*>(endpoint.address.data());
    host.add_bytes(17, bytes, endpoint.address.size());
}

protozero::pbf_reader body_of(std::string_view datagram, std::int32_t id) {
    if (datagram.size() < kFrameHeaderSize) throw protozero::end_of_buffer_exception();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(datagram.data());
    const auto header =
        decode_header(std::span<const std::uint8_t, kFrameHeaderSize>(bytes, kFrameHeaderSize));
    const auto size = datagram.size() - kFrameHeaderSize;
    if (header.msgid != id || header.msglen < 0 || std::size_t(header.msglen) != size) {
        throw protozero::end_of_buffer_exception();
    }
    return protozero::pbf_reader(datagram.data() + kFrameHeaderSize, size);
}

using Wire = protozero::pbf_wire_type;

struct ReadHost {
    RouteEndpoint route;
    std::uint32_t state = 0;
};

void add_tag(const protozero::data_view& tag, std::string& tags) {
    if (tags.size() + 1 + tag.size() > kMaxTagsLength) return;
    if (!tags.empty()) tags += ',';
    tags.append(tag.data(), tag.size());
}

std::optional<ReadHost> read_host(protozero::pbf_reader host) {
    ReadHost read;
    auto& out = read.route;
    std::uint32_t ip = 0;
    std::int32_t port = 0;
    std::string_view address;
    while (host.next()) {
        switch (host.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::varint):
                ip = static_cast<std::uint32_t>(host.get_int32());
                break;
            case protozero::tag_and_type(2, Wire::varint):
                port = host.get_int32();
                break;
            case protozero::tag_and_type(16, Wire::varint):
                out.weight = std::min(host.get_uint32(), kMaxWeight);
                break;
            case protozero::tag_and_type(17, Wire::length_delimited): {
                const auto view = host.get_view();
                address = {view.data(), view.size()};
                break;
            }
            case protozero::tag_and_type(18, Wire::length_delimited):
                out.zone = host.get_string();
                break;
            case protozero::tag_and_type(19, Wire::length_delimited):
                add_tag(host.get_view(), out.tags);
                break;
            case protozero::tag_and_type(20, Wire::varint):
                read.state = host.get_uint32();
                break;
            default:
                host.skip();
        }
    }
    if (port < 1 || port > 65'535) return {};
    out.endpoint = Endpoint::from_ipv4(ip, static_cast<std::uint16_t>(port));
    if (address.empty()) return read;
    if (address.size() != out.endpoint.address.size()) return {};
    std::copy(address.begin(), address.end(), out.endpoint.address.begin());
    return read;
}

void read_parameter(protozero::pbf_reader parameter, RoutePolicy& policy) {
    std::string key;
    double value = 0;
    while (parameter.next()) {
        switch (parameter.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::length_delimited):
                key = parameter.get_string();
                break;
            case protozero::tag_and_type(2, Wire::fixed64):
                value = parameter.get_double();
                break;
            default:
                parameter.skip();
        }
    }
    policy.parameters[key] = value;
}

RoutePolicy read_policy(protozero::pbf_reader policy) {
    RoutePolicy out;
    while (policy.next()) {
        switch (policy.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::length_delimited):
                out.name = policy.get_string();
                break;
            case protozero::tag_and_type(2, Wire::length_delimited):
                read_parameter(policy.get_message(), out);
                break;
            default:
                policy.skip();
        }
    }
    return out;
}

}  // namespace

void encode_get_host(
    std::string& out, const HostQuestion& question, std::uint32_t seq, std::uint32_t wait_ms
) {
    begin(out);
    protozero::pbf_writer body(out);
    if (seq != 0) body.add_uint32(1, seq);
    add_module(body, 2, question.module);
    add_text(body, 17, question.name);
    if (question.hash_key) body.add_fixed64(18, *question.hash_key);
    body.add_uint32(19, wait_ms);
    for (const auto& endpoint : question.exclude) add_host(body, 20, endpoint);
    if (question.attempt != 0) body.add_uint32(21, question.attempt);
    add_text(body, 22, question.select);
    finish(out, kGetHostRequest);
}

void encode_get_route(std::string& out, const RouteQuestion& question) {
    begin(out);
    protozero::pbf_writer body(out);
    add_module(body, 1, question.module);
    if (question.rows != 0) body.add_fixed64(16, question.etag);
    add_text(body, 17, question.name);
    if (question.rows != 0) body.add_uint32(22, question.rows);
    if (question.states) {
        body.add_bool(24, true);
        body.add_fixed64(25, *question.states);
    }
    finish(out, kGetRouteRequest);
}

void encode_report(std::string& out, const CallReport& report) {
    begin(out);
    protozero::pbf_writer body(out);
    add_module(body, 1, report.module);
    add_host(body, 3, report.endpoint);
    add_nonzero(body, 4, report.retcode);
    if (report.latency_us) body.add_uint32(16, *report.latency_us);
    add_text(body, 17, report.name);
    if (report.server_load) body.add_float(18, *report.server_load);
    if (report.attempt != 0) body.add_uint32(19, report.attempt);
    finish(out, kReportRequest);
}

std::optional<HostAnswer> decode_host_answer(std::string_view datagram) try {
    auto body = body_of(datagram, kGetHostResponse);
    HostAnswer answer;
    while (body.next()) {
        switch (body.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::varint):
                answer.seq = body.get_uint32();
                break;
            case protozero::tag_and_type(2, Wire::varint):
                answer.module.modid = body.get_int32();
                break;
            case protozero::tag_and_type(3, Wire::varint):
                answer.module.cmdid = body.get_int32();
                break;
            case protozero::tag_and_type(4, Wire::varint):
                answer.retcode = body.get_int32();
                break;
            case protozero::tag_and_type(5, Wire::length_delimited): {
                const auto endpoint = read_host(body.get_message());
                if (!endpoint) return {};
                answer.endpoint = endpoint->route.endpoint;
                break;
            }
            case protozero::tag_and_type(16, Wire::varint):
                answer.wait_ms = body.get_uint32();
                break;
            default:
                body.skip();
        }
    }
    if (answer.retcode == 0 && answer.endpoint.port == 0) return {};
    return answer;
} catch (const protozero::exception&) {
    return {};
}

std::optional<RouteAnswer> decode_route_answer(std::string_view datagram) try {
    auto body = body_of(datagram, kGetRouteResponse);
    RouteAnswer answer;
    while (body.next()) {
        switch (body.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::varint):
                answer.route.module.modid = body.get_int32();
                break;
            case protozero::tag_and_type(2, Wire::varint):
                answer.route.module.cmdid = body.get_int32();
                break;
            case protozero::tag_and_type(3, Wire::length_delimited): {
                auto host = read_host(body.get_message());
                if (!host) return {};
                answer.route.endpoints.push_back(std::move(host->route));
                answer.states.push_back(host->state);
                break;
            }
            case protozero::tag_and_type(16, Wire::fixed64):
                answer.etag = body.get_fixed64();
                break;
            case protozero::tag_and_type(17, Wire::varint):
                answer.unchanged = body.get_bool();
                break;
            case protozero::tag_and_type(18, Wire::varint):
                answer.truncated = body.get_bool();
                break;
            case protozero::tag_and_type(19, Wire::length_delimited):
                answer.route.policy = read_policy(body.get_message());
                break;
            case protozero::tag_and_type(24, Wire::fixed64):
                answer.states_hash = body.get_fixed64();
                break;
            default:
                body.skip();
        }
    }
    return answer;
} catch (const protozero::exception&) {
    return {};
}

}  // namespace lars::client
