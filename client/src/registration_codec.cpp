#include "registration_codec.hpp"

#include "base/endpoint.hpp"
#include "base/frame.hpp"

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include <algorithm>

namespace lars::client {
namespace {

constexpr std::int32_t kRegisterRequest = 49;
constexpr std::int32_t kWithdrawRequest = 50;
constexpr std::int32_t kServicesRequest = 52;

std::string framed(std::int32_t id, const std::string& body) {
    const auto header = encode_header({id, static_cast<std::int32_t>(body.size())});
    return std::string(header.begin(), header.end()) + body;
}

void add(protozero::pbf_writer& to, protozero::pbf_tag_type tag, std::uint32_t value) {
    if (value != 0) to.add_uint32(tag, value);
}

void add(protozero::pbf_writer& to, protozero::pbf_tag_type tag, const std::string& text) {
    if (!text.empty()) to.add_string(tag, text);
}

void add_host(protozero::pbf_writer& instance, const Service& service) {
    protozero::pbf_writer host(instance, 4);
    const auto text = service.address.find(':') == std::string::npos
                          ? service.address + ":1"
                          : '[' + service.address + "]:1";
    if (const auto endpoint = parse_endpoint(text)) {
        if (endpoint->is_ipv4()) {
            host.add_int32(1, static_cast<std::int32_t>(endpoint->ipv4()));
        } else {
            const auto* bytes = reinterpret_cast<const char*>(endpoint->address.data());
            host.add_bytes(17, bytes, endpoint->address.size());
        }
    }
    host.add_int32(2, service.port);
    if (service.weight) host.add_uint32(16, *service.weight);
    add(host, 18, service.zone);
    for (const auto& tag : service.tags) host.add_string(19, tag);
}

void add_instance(protozero::pbf_writer& to, protozero::pbf_tag_type tag, const Service& service) {
    protozero::pbf_writer instance(to, tag);
    add(instance, 1, service.name);
    add(instance, 2, static_cast<std::uint32_t>(service.module.modid));
    add(instance, 3, static_cast<std::uint32_t>(service.module.cmdid));
    add_host(instance, service);
}

void add_check(protozero::pbf_writer& to, const Service& service) {
    protozero::pbf_writer check(to, 3);
    add(check, 1, service.check);
    add(check, 3, std::uint32_t{service.check_port});
    add(check, 4, service.check_path);
    add(check, 7, service.check_service);
    add(check, 8, static_cast<std::uint32_t>(service.check_pid));
    add(check, 10, service.interval_ms);
    add(check, 11, service.timeout_ms);
    add(check, 12, service.rise);
    add(check, 13, service.fall);
    add(check, 14, service.start_period_ms);
}

using Wire = protozero::pbf_wire_type;

void read_host(protozero::pbf_reader host, ServiceAnswer::Instance& into) {
    while (host.next()) {
        if (host.tag_and_type() == protozero::tag_and_type(2, Wire::varint)) {
            into.port = static_cast<std::uint16_t>(host.get_int32());
        } else {
            host.skip();
        }
    }
}

void read_instance(protozero::pbf_reader instance, ServiceAnswer::Instance& into) {
    while (instance.next()) {
        switch (instance.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::length_delimited):
                into.name = instance.get_string();
                break;
            case protozero::tag_and_type(2, Wire::varint):
                into.module.modid = instance.get_int32();
                break;
            case protozero::tag_and_type(3, Wire::varint):
                into.module.cmdid = instance.get_int32();
                break;
            case protozero::tag_and_type(4, Wire::length_delimited):
                read_host(instance.get_message(), into);
                break;
            case protozero::tag_and_type(5, Wire::varint):
                into.state = instance.get_uint32();
                break;
            case protozero::tag_and_type(6, Wire::length_delimited):
                into.reason = instance.get_string();
                break;
            default:
                instance.skip();
        }
    }
}

ServiceAnswer::Instance read_service(protozero::pbf_reader service) {
    ServiceAnswer::Instance instance;
    while (service.next()) {
        switch (service.tag_and_type()) {
            case protozero::tag_and_type(1, Wire::length_delimited):
                read_instance(service.get_message(), instance);
                break;
            case protozero::tag_and_type(5, Wire::varint):
                instance.announced = service.get_bool();
                break;
            default:
                service.skip();
        }
    }
    return instance;
}

}  // namespace

std::string encode_register(const Service& service, std::uint32_t seq) {
    std::string body;
    protozero::pbf_writer request(body);
    add(request, 1, seq);
    add_instance(request, 2, service);
    add_check(request, service);
    add(request, 4, service.drain_ms);
    if (service.lasting) request.add_bool(5, true);
    add(request, 6, service.interface);
    return framed(kRegisterRequest, body);
}

std::string encode_withdraw(const Service& service, std::uint32_t seq, bool at_once) {
    std::string body;
    protozero::pbf_writer request(body);
    add(request, 1, seq);
    add_instance(request, 2, service);
    if (at_once) request.add_bool(3, true);
    return framed(kWithdrawRequest, body);
}

std::string encode_services(std::uint32_t seq) {
    std::string body;
    protozero::pbf_writer request(body);
    add(request, 1, seq);
    return framed(kServicesRequest, body);
}

std::optional<ServiceAnswer> decode_service_answer(std::string_view body) {
    try {
        protozero::pbf_reader message(body.data(), body.size());
        ServiceAnswer answer;
        while (message.next()) {
            switch (message.tag_and_type()) {
                case protozero::tag_and_type(1, Wire::varint):
                    answer.seq = message.get_uint32();
                    break;
                case protozero::tag_and_type(2, Wire::length_delimited):
                    answer.error = message.get_string();
                    break;
                case protozero::tag_and_type(3, Wire::length_delimited):
                    answer.instances.push_back(read_service(message.get_message()));
                    break;
                default:
                    message.skip();
            }
        }
        return answer;
    } catch (const protozero::exception&) {
        return {};
    }
}

}  // namespace lars::client
