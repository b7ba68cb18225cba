#include "agent/registration/registration.hpp"

#include "wire/announcement.hpp"

#include <limits>
#include <stdexcept>

namespace lars::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kMaxDrain = std::chrono::milliseconds(1h);

std::chrono::milliseconds or_else(std::uint32_t ms, std::chrono::milliseconds otherwise) {
    return ms == 0 ? otherwise : std::chrono::milliseconds(ms);
}

CheckOptions::Kind kind_of(CheckInfo::Kind kind) {
    switch (kind) {
        case CheckInfo::KIND_TCP:
            return CheckOptions::Kind::tcp;
        case CheckInfo::KIND_HTTP:
            return CheckOptions::Kind::http;
        case CheckInfo::KIND_GRPC:
            return CheckOptions::Kind::grpc;
        case CheckInfo::KIND_PID:
            return CheckOptions::Kind::pid;
        case CheckInfo::KIND_NONE:
            return CheckOptions::Kind::none;
        default:
            throw std::invalid_argument("this agent doesn't know that kind of check");
    }
}

CheckInfo::Kind kind_of(CheckOptions::Kind kind) {
    switch (kind) {
        case CheckOptions::Kind::tcp:
            return CheckInfo::KIND_TCP;
        case CheckOptions::Kind::http:
            return CheckInfo::KIND_HTTP;
        case CheckOptions::Kind::grpc:
            return CheckInfo::KIND_GRPC;
        case CheckOptions::Kind::pid:
            return CheckInfo::KIND_PID;
        case CheckOptions::Kind::none:
            break;
    }
    return CheckInfo::KIND_NONE;
}

CheckOptions check_from_wire(const CheckInfo& info) {
    const CheckOptions standard;
    CheckOptions check;
    check.kind = kind_of(info.kind());
    check.host = info.host();
    if (info.port() > std::numeric_limits<std::uint16_t>::max()) {
        throw std::invalid_argument("the check's port isn't from 1 to 65535");
    }
    if (info.tls()) throw std::invalid_argument("this agent can't check by https yet");
    check.port = static_cast<std::uint16_t>(info.port());
    if (!info.path().empty()) check.path = info.path();
    check.status = info.status();
    check.headers.assign(info.header().begin(), info.header().end());
    check.service = info.service();
    check.pid = info.pid();
    check.interval = or_else(info.interval_ms(), standard.interval);
    check.timeout = or_else(info.timeout_ms(), standard.timeout);
    if (info.rise() > 0) check.rise = info.rise();
    if (info.fall() > 0) check.fall = info.fall();
    check.start_period = std::chrono::milliseconds(info.start_period_ms());
    return check;
}

std::uint32_t ms(std::chrono::milliseconds value) {
    return static_cast<std::uint32_t>(value.count());
}

}  // namespace

std::string why_no_registration(const Registration& registration) {
    Instance instance;
    instance.key = registration.key;
    instance.weight = registration.weight;
    instance.zone = registration.zone;
    instance.tags = registration.tags;
    if (instance.key.endpoint.address == std::array<std::uint8_t, 16>{}) {
        instance.key.endpoint.address = Endpoint::from_ipv4(0x7F000001, 0).address;
    }
    if (auto why = why_no_instance(instance); !why.empty()) return why;
    if (registration.drain.count() < 0 || registration.drain > kMaxDrain) {
        return "the drain time isn't from 0 to 1h";
    }
    const auto why = why_no_check(registration.check);
    return why.empty() ? why : "check: " + why;
}

void to_wire(const CheckOptions& check, CheckInfo& out) {
    out.set_kind(kind_of(check.kind));
    out.set_host(check.host);
    out.set_port(check.port);
    out.set_path(check.path);
    out.set_status(check.status);
    for (const auto& header : check.headers) out.add_header(header);
    out.set_service(check.service);
    out.set_pid(check.pid);
    out.set_interval_ms(ms(check.interval));
    out.set_timeout_ms(ms(check.timeout));
    out.set_rise(check.rise);
    out.set_fall(check.fall);
    out.set_start_period_ms(ms(check.start_period));
}

RegisterRequest to_wire(const Registration& registration) {
    RegisterRequest request;
    Instance instance;
    instance.key = registration.key;
    instance.weight = registration.weight;
    instance.zone = registration.zone;
    instance.tags = registration.tags;
    wire::to_wire(instance, *request.mutable_instance());
    to_wire(registration.check, *request.mutable_check());
    // 0 stands for what isn't said.
    request.set_drain_ms(registration.drain.count() == 0 ? 1 : ms(registration.drain));
    request.set_lasting(registration.lasting);
    request.set_interface(registration.interface);
    return request;
}

Registration from_wire(const RegisterRequest& request) {
    const auto instance = wire::from_wire(request.instance(), wire::Address::optional);
    if (!instance) throw std::invalid_argument("no node has such an address and port");
    Registration registration;
    registration.key = instance->key;
    registration.weight = instance->weight;
    registration.zone = instance->zone;
    registration.tags = instance->tags;
    registration.check = check_from_wire(request.check());
    registration.drain = or_else(request.drain_ms(), kDefaultDrain);
    registration.lasting = request.lasting();
    registration.interface = request.interface();
    const auto why = why_no_registration(registration);
    if (!why.empty()) throw std::invalid_argument(why);
    return registration;
}

}  // namespace lars::agent
