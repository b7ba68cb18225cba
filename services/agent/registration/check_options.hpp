#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lars::agent {

/// How an agent finds out whether an instance serves.
struct CheckOptions {
    enum class Kind {
        none,
        tcp,   ///< a connection is accepted
        http,  ///< a GET is answered with the status
        grpc,  ///< the standard health service says SERVING
        pid,   ///< the process is there
    };
    Kind kind = Kind::none;
    std::string host;                  ///< an address or a name; empty: the instance's address
    std::uint16_t port = 0;            ///< 0: the instance's
    std::string path = "/";            ///< of HTTP
    std::uint32_t status = 0;          ///< of HTTP; 0: any from 200 to 299
    std::vector<std::string> headers;  ///< of HTTP, "Name: value"
    std::string service;               ///< of gRPC's health service; empty: the server
    std::int32_t pid = 0;
    std::chrono::milliseconds interval{1'000};
    std::chrono::milliseconds timeout{1'000};
    std::uint32_t rise = 1;                     ///< passes in a row by which it comes to serve
    std::uint32_t fall = 1;                     ///< failures in a row by which it ceases to
    std::chrono::milliseconds start_period{0};  ///< from its begin; failures in it don't count

    friend bool operator==(const CheckOptions&, const CheckOptions&) = default;
};

/// "tcp"
std::string_view to_string(CheckOptions::Kind kind);

/// What is allowed of these, in words for people; empty when it is.
std::string why_no_check(const CheckOptions& options);

/// How a check went.
struct CheckResult {
    bool passed = false;
    std::string reason{};  ///< of a failure: "connection refused"
};

}  // namespace lars::agent
