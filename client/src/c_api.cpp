#include "base/endpoint.hpp"
#include "lars/client.h"
#include "requests.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using lars::Endpoint;
using lars::client::AgentLocator;
using lars::client::Requests;

struct lars_handle {
    Requests requests;
};

namespace {

constexpr std::uint32_t kDefaultTimeout = 500;
constexpr std::uint32_t kMaxTimeout = 60'000;
constexpr std::int64_t kDefaultFirstCallWait = 20;

void copy(const Endpoint& endpoint, lars_host& host) {
    const auto text = lars::address_to_string(endpoint);
    std::snprintf(host.address, sizeof host.address, "%s", text.c_str());
    host.port = endpoint.port;
}

std::optional<Endpoint> parse(const lars_host& host) {
    const std::string address(host.address, ::strnlen(host.address, sizeof host.address));
    const bool v6 = address.find(':') != std::string::npos;
    const auto port = ':' + std::to_string(host.port);
    return lars::parse_endpoint(v6 ? '[' + address + ']' + port : address + port);
}

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

lars_handle* lars_open(const lars_options* options, char* error, size_t error_size) {
    try {
        lars_options known{};
        if (options) std::memcpy(&known, options, std::min(options->size, sizeof known));
        const auto timeout = known.timeout_ms == 0 ? kDefaultTimeout : known.timeout_ms;
        if (timeout > kMaxTimeout) throw std::invalid_argument("timeout_ms is above 60000");
        auto wait = std::max<std::int64_t>(known.first_call_wait_ms, 0);
        if (known.first_call_wait_ms == 0) wait = kDefaultFirstCallWait;
        if (wait > kMaxTimeout) throw std::invalid_argument("first_call_wait_ms is above 60000");
        using std::chrono::milliseconds;
        auto agent = lars::client::parse_agent(known.agent ? known.agent : "");
        auto locator = AgentLocator::find(std::move(agent), milliseconds(timeout));
        return new lars_handle{{std::move(locator), milliseconds(timeout), milliseconds(wait)}};
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
        Endpoint endpoint;
        const auto code = handle->requests.get_host({modid, cmdid}, endpoint);
        if (code == LARS_SUCC) copy(endpoint, *host);
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
        lars::Route route;
        const auto code = handle->requests.get_route({modid, cmdid}, route);
        *count = route.endpoints.size();
        for (size_t i = 0; i < std::min(capacity, *count); ++i) {
            copy(route.endpoints[i].endpoint, hosts[i]);
        }
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
        std::optional<std::uint32_t> latency;
        if (latency_us >= 0) {
            latency = static_cast<std::uint32_t>(std::min<int64_t>(latency_us, UINT32_MAX));
        }
        return handle->requests.report({modid, cmdid}, *endpoint, retcode, latency);
    });
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
        default:
            return "UNKNOWN";
    }
}
