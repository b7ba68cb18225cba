#include "base/endpoint.hpp"
#include "base/module_name.hpp"
#include "base/tags.hpp"
#include "lars/registration.hpp"
#include "registration.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

struct lars_registration {
    explicit lars_registration(lars::client::Registration::Options options)
        : registration(std::move(options)) {}

    lars::client::Registration registration;
};

namespace lars {
namespace {

void say(const std::string& text, char* to, std::size_t size) {
    if (to != nullptr && size > 0) std::snprintf(to, size, "%s", text.c_str());
}

std::string text_or_empty(const char* text) {
    return text == nullptr ? "" : text;
}

// A field of the caller's struct, if it is that of a version which has it.
template <class T>
T field(const lars_service& service, T lars_service::*member, T otherwise = {}) {
    const auto* at = reinterpret_cast<const char*>(&(service.*member));
    const auto end =
        static_cast<std::size_t>(at - reinterpret_cast<const char*>(&service)) + sizeof(T);
    return end <= service.size ? service.*member : otherwise;
}

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument(why);
}

std::vector<std::string> tags_of(const std::string& text) {
    const auto canonical = canonical_tags(text);
    if (!canonical) refuse("tags '" + text + "' aren't key=value,key=value");
    std::vector<std::string> tags;
    for_each_tag(*canonical, [&tags](std::string_view tag) { tags.emplace_back(tag); });
    return tags;
}

client::Registration::Options options_of(const lars_service& from) {
    client::Registration::Options options;
    auto& service = options.service;
    service.name = text_or_empty(field(from, &lars_service::name));
    service.module = {field(from, &lars_service::modid), field(from, &lars_service::cmdid)};
    if (!service.name.empty()) {
        service.module = {};
        const auto why = why_no_name(service.name);
        if (!why.empty()) refuse("'" + service.name + "' is no name: " + std::string(why));
    } else if (!service.module.valid()) {
        refuse("a service has a name, or ids from 0 up");
    }
    service.address = text_or_empty(field(from, &lars_service::address));
    const bool ipv6 = service.address.find(':') != std::string::npos;
    const auto text = ipv6 ? '[' + service.address + "]:1" : service.address + ":1";
    if (!service.address.empty() && !parse_endpoint(text)) {
        refuse("'" + service.address + "' is no IPv4 or IPv6 address");
    }
    service.port = field(from, &lars_service::port);
    service.check_port = field(from, &lars_service::check_port);
    const auto weight = field(from, &lars_service::weight, std::int32_t{-1});
    if (weight >= 0) service.weight = static_cast<std::uint32_t>(weight);
    service.zone = text_or_empty(field(from, &lars_service::zone));
    service.tags = tags_of(text_or_empty(field(from, &lars_service::tags)));
    service.check = static_cast<std::uint32_t>(field(from, &lars_service::check));
    service.lasting = field(from, &lars_service::lasting) != 0;
    service.check_path = text_or_empty(field(from, &lars_service::check_path));
    service.check_service = text_or_empty(field(from, &lars_service::check_service));
    service.interval_ms = field(from, &lars_service::check_interval_ms);
    service.timeout_ms = field(from, &lars_service::check_timeout_ms);
    service.drain_ms = field(from, &lars_service::drain_ms);
    options.socket = text_or_empty(field(from, &lars_service::socket));
    return options;
}

}  // namespace

Registration::Registration(
    const Module& module, std::uint16_t port, const ServiceOptions& options
) {
    lars_service service{};
    service.size = sizeof service;
    service.name = module.name().empty() ? nullptr : module.name().c_str();
    service.modid = module.modid();
    service.cmdid = module.cmdid();
    service.port = port;
    service.address = options.address.c_str();
    service.weight = options.weight ? static_cast<std::int32_t>(*options.weight) : -1;
    service.zone = options.zone.c_str();
    service.tags = options.tags.c_str();
    service.check = static_cast<std::int32_t>(options.check);
    service.check_port = options.check_port;
    service.check_path = options.check_path.c_str();
    service.check_service = options.check_service.c_str();
    service.check_interval_ms = static_cast<std::uint32_t>(options.check_interval.count());
    service.check_timeout_ms = static_cast<std::uint32_t>(options.check_timeout.count());
    service.drain_ms = static_cast<std::uint32_t>(options.drain.count());
    service.lasting = options.lasting ? 1 : 0;
    service.socket = options.socket.c_str();
    std::array<char, 512> error{};
    registration_.reset(lars_register(&service, error.data(), error.size()));
    if (!registration_) throw std::invalid_argument(error.data());
}

Registration::Status Registration::status() const {
    std::array<char, 512> why{};
    const auto state = lars_registration_status(registration_.get(), why.data(), why.size());
    return {static_cast<State>(state), why.data()};
}

bool Registration::withdraw(std::chrono::milliseconds timeout) {
    const auto ms = static_cast<std::uint32_t>(timeout.count());
    return lars_withdraw(registration_.get(), ms) == LARS_SUCC;
}

}  // namespace lars

lars_registration* lars_register(const lars_service* service, char* error, std::size_t error_size) {
    try {
        if (service == nullptr || service->size == 0) {
            lars::refuse("lars_service.size isn't set");
        }
        return new lars_registration(lars::options_of(*service));
    } catch (const std::exception& failure) {
        lars::say(failure.what(), error, error_size);
        return nullptr;
    }
}

int lars_registration_status(lars_registration* registration, char* why, std::size_t why_size) {
    const auto status = registration->registration.status();
    lars::say(status.why, why, why_size);
    return static_cast<int>(status.state);
}

int lars_withdraw(lars_registration* registration, std::uint32_t timeout_ms) {
    const std::chrono::milliseconds timeout(timeout_ms);
    return registration->registration.withdraw(timeout) ? LARS_SUCC : LARS_SYSTEM_ERROR;
}

void lars_registration_close(lars_registration* registration) {
    delete registration;
}
