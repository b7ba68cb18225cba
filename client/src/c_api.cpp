#include "base/endpoint.hpp"
#include "base/module_name.hpp"
#include "base/string_hash.hpp"
#include "base/tags.hpp"
#include "lars/client.h"
#include "requests.hpp"
#include "watch.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using lars::Endpoint;
using lars::client::AgentLocator;
using lars::client::HostAnswer;
using lars::client::HostQuestion;
using lars::client::Requests;
using lars::client::RouteAnswer;

struct lars_handle {
    Requests requests;
};

struct lars_watch {
    std::optional<lars::client::Watch> watch;
};

namespace {

constexpr std::uint32_t kDefaultTimeout = 500;
constexpr std::uint32_t kMaxTimeout = 60'000;
constexpr std::int64_t kDefaultFirstCallWait = 20;
constexpr std::int64_t kDefaultSpin = 50;
constexpr std::int64_t kMaxSpin = 1'000;
constexpr std::size_t kMaxExcluded = 8;
constexpr std::uint32_t kDefaultInterval = 250;

void copy(const Endpoint& endpoint, lars_host& host) {
    const auto text = lars::address_to_string(endpoint);
    std::snprintf(host.address, sizeof host.address, "%s", text.c_str());
    host.port = endpoint.port;
    host.socket = {};
    if (endpoint.is_ipv4()) {
        host.socket.v4.sin_family = AF_INET;
        host.socket.v4.sin_port = htons(endpoint.port);
        host.socket.v4.sin_addr.s_addr = htonl(endpoint.ipv4());
        host.socket_size = sizeof host.socket.v4;
    } else {
        host.socket.v6.sin6_family = AF_INET6;
        host.socket.v6.sin6_port = htons(endpoint.port);
        std::memcpy(&host.socket.v6.sin6_addr, endpoint.address.data(), endpoint.address.size());
        host.socket_size = sizeof host.socket.v6;
    }
}

std::optional<Endpoint> parse(const lars_host& host) {
    const std::string address(host.address, ::strnlen(host.address, sizeof host.address));
    const bool v6 = address.find(':') != std::string::npos;
    const auto port = ':' + std::to_string(host.port);
    return lars::parse_endpoint(v6 ? '[' + address + ']' + port : address + port);
}

// The part of a caller's struct that its version of the header has; the rest is zero.
template <class Struct>
Struct known_part(const Struct* given) {
    Struct known{};
    if (given) std::memcpy(&known, given, std::min(given->size, sizeof known));
    return known;
}

template <class Struct>
void write_known_part(Struct answer, Struct* to) {
    answer.size = to->size;
    std::memcpy(to, &answer, std::min(to->size, sizeof answer));
}

bool is_name(std::string_view text) {
    return lars::why_no_name(text).empty();
}

bool is_module(const char* name, lars::ModuleId ids) {
    return name ? is_name(name) : ids.valid();
}

bool is_select(std::string_view text) {
    return text.empty() || lars::why_no_tag(text).empty();
}

std::string_view text_of(const char* text) {
    return text ? text : "";
}

// The first ones of a caller's; nothing when one is no address.
struct Excluded {
    std::array<Endpoint, kMaxExcluded> endpoints;
    std::size_t count = 0;
};
std::optional<Excluded> parse(const lars_host* hosts, std::size_t count) {
    Excluded out;
    for (; out.count < std::min(count, kMaxExcluded); ++out.count) {
        const auto endpoint = parse(hosts[out.count]);
        if (!endpoint) return {};
        out.endpoints[out.count] = *endpoint;
    }
    return out;
}

std::optional<std::uint32_t> latency_of(std::int64_t us) {
    if (us < 0) return {};
    return static_cast<std::uint32_t>(std::min<std::int64_t>(us, UINT32_MAX));
}

std::int32_t state_of(std::uint32_t state) {
    return state <= LARS_EJECTED ? static_cast<std::int32_t>(state) : LARS_SERVES;
}

void copy(const RouteAnswer& answer, lars_node* nodes, std::size_t capacity) {
    const auto& endpoints = answer.route.endpoints;
    for (std::size_t i = 0; i < std::min(capacity, endpoints.size()); ++i) {
        copy(endpoints[i].endpoint, nodes[i].host);
        nodes[i].weight = endpoints[i].weight;
        nodes[i].state = state_of(answer.states[i]);
        std::snprintf(nodes[i].zone, sizeof nodes[i].zone, "%s", endpoints[i].zone.c_str());
    }
}

void write_choice(int code, const HostAnswer& answer, lars_choice* choice) {
    if (code != LARS_SUCC && code != LARS_OVERLOAD) return;
    lars_choice chosen{};
    if (code == LARS_SUCC) copy(answer.endpoint, chosen.host);
    chosen.modid = answer.module.modid;
    chosen.cmdid = answer.module.cmdid;
    chosen.wait_ms = answer.wait_ms;
    write_known_part(chosen, choice);
}

// A caller's question; it refers to what the caller has, and to itself.
struct HostRequest {
    explicit HostRequest(const lars_request& known) {
        const auto parsed = parse(known.exclude, known.exclude_count);
        const lars::ModuleId module{known.modid, known.cmdid};
        valid = parsed && is_select(text_of(known.select)) && is_module(known.name, module);
        if (!valid) return;
        excluded = *parsed;
        question.name = text_of(known.name);
        question.module = module;
        question.select = text_of(known.select);
        if (known.hash_key) question.hash_key = *known.hash_key;
        question.exclude = {excluded.endpoints.data(), excluded.count};
        question.attempt = known.attempt;
    }
    HostRequest(const HostRequest&) = delete;
    HostRequest& operator=(const HostRequest&) = delete;

    Excluded excluded;
    HostQuestion question;
    bool valid = false;
};

// No exception crosses into C: out of memory is the only one there could be.
template <class Body>
int guarded(const Body& body) {
    try {
        return body();
    } catch (const std::exception&) {
        return LARS_SYSTEM_ERROR;
    }
}

}  // namespace

struct lars_pending {
    lars_pending(Requests& requests, const lars_request& request)
        : asked(request), host(requests, asked.question) {}

    HostRequest asked;
    lars::client::PendingHost host;
};

lars_handle* lars_open(const lars_options* options, char* error, size_t error_size) {
    try {
        const auto known = known_part(options);
        const auto timeout = known.timeout_ms == 0 ? kDefaultTimeout : known.timeout_ms;
        if (timeout > kMaxTimeout) throw std::invalid_argument("timeout_ms is above 60000");
        auto wait = std::max<std::int64_t>(known.first_call_wait_ms, 0);
        if (known.first_call_wait_ms == 0) wait = kDefaultFirstCallWait;
        if (wait > kMaxTimeout) throw std::invalid_argument("first_call_wait_ms is above 60000");
        auto spin = std::max<std::int64_t>(known.spin_us, 0);
        if (known.spin_us == 0) spin = kDefaultSpin;
        if (spin > kMaxSpin) throw std::invalid_argument("spin_us is above 1000");
        using std::chrono::microseconds;
        using std::chrono::milliseconds;
        auto agent = lars::client::parse_agent(known.agent ? known.agent : "");
        auto locator = AgentLocator::find(std::move(agent), milliseconds(timeout));
        return new lars_handle{
            {std::move(locator), milliseconds(timeout), milliseconds(wait), microseconds(spin)}};
    } catch (const std::exception& failure) {
        if (error && error_size > 0) std::snprintf(error, error_size, "%s", failure.what());
        return nullptr;
    }
}

void lars_close(lars_handle* handle) {
    delete handle;
}

int lars_reg_init(lars_handle* handle, int32_t modid, int32_t cmdid) {
    return guarded([=] { return handle->requests.reg_init({modid, cmdid}); });
}

int lars_get_host(lars_handle* handle, int32_t modid, int32_t cmdid, lars_host* host) {
    return guarded([=] {
        HostAnswer answer;
        const auto code = handle->requests.get_host({.module = {modid, cmdid}}, answer);
        if (code == LARS_SUCC) copy(answer.endpoint, *host);
        return code;
    });
}

int lars_get_route(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    lars_host* hosts,
    size_t capacity,
    size_t* count
) {
    return guarded([=] {
        RouteAnswer answer;
        const auto code = handle->requests.get_route({.module = {modid, cmdid}}, answer);
        const auto& endpoints = answer.route.endpoints;
        *count = endpoints.size();
        for (size_t i = 0; i < std::min(capacity, *count); ++i) {
            copy(endpoints[i].endpoint, hosts[i]);
        }
        return code;
    });
}

int lars_find_route(
    lars_handle* handle,
    const char* name,
    int32_t modid,
    int32_t cmdid,
    lars_node* nodes,
    size_t capacity,
    lars_route* route
) {
    return guarded([=]() -> int {
        const lars::ModuleId module{modid, cmdid};
        if (!is_module(name, module)) return LARS_INVALID;
        RouteAnswer answer;
        const auto code =
            handle->requests.get_route({.name = text_of(name), .module = module}, answer);
        if (code == LARS_SYSTEM_ERROR) return code;
        copy(answer, nodes, capacity);
        lars_route found{};
        found.count = answer.route.endpoints.size();
        found.etag = answer.etag;
        found.modid = answer.route.module.modid;
        found.cmdid = answer.route.module.cmdid;
        found.truncated = answer.truncated ? 1 : 0;
        write_known_part(found, route);
        return code;
    });
}

int lars_report(
    lars_handle* handle,
    int32_t modid,
    int32_t cmdid,
    const lars_host* host,
    int32_t retcode,
    int64_t latency_us
) {
    return guarded([=]() -> int {
        const auto endpoint = parse(*host);
        if (!endpoint) return LARS_SYSTEM_ERROR;
        return handle->requests.report({
            .module = {modid, cmdid},
            .endpoint = *endpoint,
            .retcode = retcode,
            .latency_us = latency_of(latency_us),
        });
    });
}

uint64_t lars_hash(const void* bytes, size_t size) {
    return lars::string_hash({static_cast<const char*>(bytes), size});
}

int lars_choose(lars_handle* handle, const lars_request* request, lars_choice* choice) {
    return guarded([=]() -> int {
        HostRequest asked(known_part(request));
        if (!asked.valid) return LARS_INVALID;
        HostAnswer answer;
        const auto code = handle->requests.get_host(asked.question, answer);
        write_choice(code, answer, choice);
        return code;
    });
}

lars_pending* lars_choose_begin(lars_handle* handle, const lars_request* request) {
    try {
        return new lars_pending(handle->requests, known_part(request));
    } catch (const std::exception&) {
        return nullptr;
    }
}

int lars_choose_advance(lars_pending* pending, lars_choice* choice) {
    return guarded([=]() -> int {
        if (!pending->asked.valid) return LARS_INVALID;
        HostAnswer answer;
        const auto code = pending->host.advance(answer);
        if (!code) return LARS_WAITING;
        write_choice(*code, answer, choice);
        return *code;
    });
}

size_t lars_choose_wait(lars_pending* pending, int* sockets, size_t capacity, int64_t* timeout_us) {
    const auto waits = pending->host.waits();
    for (size_t i = 0; i < std::min<size_t>(capacity, waits.count); ++i) {
        sockets[i] = waits.sockets[i].fd;
    }
    const auto left = pending->host.wakes() - lars::client::Clock::now();
    const auto us = std::chrono::ceil<std::chrono::microseconds>(left).count();
    *timeout_us = std::max<int64_t>(us, 0);
    return waits.count;
}

void lars_choose_end(lars_pending* pending) {
    delete pending;
}

int lars_report_result(lars_handle* handle, const lars_result* result) {
    return guarded([=]() -> int {
        const auto known = known_part(result);
        const auto endpoint = parse(known.host);
        const lars::ModuleId module{known.modid, known.cmdid};
        if (!endpoint || !is_module(known.name, module)) return LARS_INVALID;
        lars::client::CallReport report{
            .name = text_of(known.name),
            .module = module,
            .endpoint = *endpoint,
            .retcode = known.retcode,
            .latency_us = latency_of(known.latency_us),
            .attempt = known.attempt};
        if (known.server_load >= 0) report.server_load = known.server_load;
        return handle->requests.report(report);
    });
}

lars_watch* lars_watch_open(
    lars_handle* handle,
    const char* name,
    int32_t modid,
    int32_t cmdid,
    uint32_t interval_ms,
    void (*changed)(lars_watch* watch, void* context),
    void* context,
    char* error,
    size_t error_size
) {
    try {
        if (interval_ms > kMaxTimeout) throw std::invalid_argument("interval_ms is above 60000");
        if (name && !is_name(name)) {
            throw std::invalid_argument(
                "name " + std::string(name) + ": " + std::string(lars::why_no_name(name))
            );
        }
        auto watch = std::make_unique<lars_watch>();
        lars::client::Watch::Options options{
            .name = std::string(text_of(name)),
            .module = {modid, cmdid},
            .interval =
                std::chrono::milliseconds(interval_ms == 0 ? kDefaultInterval : interval_ms)};
        if (changed) {
            options.changed = [changed, context, self = watch.get()] { changed(self, context); };
        }
        watch->watch.emplace(handle->requests, std::move(options));
        return watch.release();
    } catch (const std::exception& failure) {
        if (error && error_size > 0) std::snprintf(error, error_size, "%s", failure.what());
        return nullptr;
    }
}

int lars_watch_descriptor(const lars_watch* watch) {
    return watch->watch->descriptor();
}

int lars_watch_read(lars_watch* watch, lars_node* nodes, size_t capacity, size_t* count) {
    return guarded([=] {
        RouteAnswer answer;
        const auto code = watch->watch->read(answer);
        *count = answer.route.endpoints.size();
        copy(answer, nodes, capacity);
        return code;
    });
}

void lars_watch_close(lars_watch* watch) {
    delete watch;
}

const char* lars_version(void) {
    return LARS_VERSION;
}

const char* lars_code_name(int code) {
    switch (code) {
        case LARS_SUCC:
            return "SUCC";
        case LARS_OVERLOAD:
            return "OVERLOAD";
        case LARS_SYSTEM_ERROR:
            return "SYSTEM_ERROR";
        case LARS_NOEXIST:
            return "NOEXIST";
        case LARS_TRUNCATED:
            return "TRUNCATED";
        case LARS_INVALID:
            return "INVALID";
        case LARS_WAITING:
            return "WAITING";
        default:
            return "UNKNOWN";
    }
}
