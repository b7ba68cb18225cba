#include "agent/registration/check_options.hpp"

#include "base/endpoint.hpp"
#include "base/host_name.hpp"

namespace lars::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kMinInterval = 10ms;
constexpr auto kMaxInterval = std::chrono::milliseconds(1h);
constexpr std::uint32_t kMaxInARow = 100;
constexpr std::size_t kMaxHeaders = 16;
constexpr std::size_t kMaxText = 1'000;

bool is_header(const std::string& text) {
    const auto colon = text.find(':');
    return colon != std::string::npos && colon > 0 && text.size() <= kMaxText &&
           text.find_first_of("\r\n") == std::string::npos;
}

bool is_host(const std::string& text) {
    return why_no_host_name(text).empty() || parse_endpoint(text + ":1") ||
           parse_endpoint('[' + text + "]:1");
}

}  // namespace

std::string_view to_string(CheckOptions::Kind kind) {
    switch (kind) {
        case CheckOptions::Kind::none:
            return "none";
        case CheckOptions::Kind::tcp:
            return "tcp";
        case CheckOptions::Kind::http:
            return "http";
        case CheckOptions::Kind::grpc:
            return "grpc";
        case CheckOptions::Kind::pid:
            return "pid";
    }
    return "";
}

std::string why_no_check(const CheckOptions& options) {
    if (options.interval < kMinInterval || options.interval > kMaxInterval) {
        return "the interval isn't from 10ms to 1h";
    }
    if (options.timeout < kMinInterval || options.timeout > kMaxInterval) {
        return "the timeout isn't from 10ms to 1h";
    }
    if (options.rise < 1 || options.rise > kMaxInARow || options.fall < 1 ||
        options.fall > kMaxInARow) {
        return "rise and fall are from 1 to 100";
    }
    if (options.start_period.count() < 0 || options.start_period > kMaxInterval) {
        return "the start period isn't from 0 to 1h";
    }
    if (!options.host.empty() && !is_host(options.host)) {
        return "'" + options.host + "' is neither an address nor a host's name";
    }
    if (options.path.empty() || options.path.front() != '/' || options.path.size() > kMaxText ||
        options.path.find_first_of(" \r\n") != std::string::npos) {
        return "the path begins with '/', and has no blanks";
    }
    if (options.status != 0 && (options.status < 100 || options.status > 599)) {
        return "the status isn't from 100 to 599";
    }
    if (options.headers.size() > kMaxHeaders) return "there are more than 16 headers";
    for (const auto& header : options.headers) {
        if (!is_header(header)) return "header '" + header + "' isn't Name: value";
    }
    if (options.service.size() > kMaxText) return "the service's name is too long";
    if (options.kind == CheckOptions::Kind::pid && options.pid <= 0) return "there is no process";
    return "";
}

}  // namespace lars::agent
