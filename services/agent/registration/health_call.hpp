#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace lars::agent {

/// One call of gRPC's health service as a client of HTTP/2 makes it: bytes out, bytes in, by
/// nghttp2. No I/O; belongs to one thread.
class HealthCall {
public:
    HealthCall(const std::string& authority, const std::string& service);
    ~HealthCall();
    HealthCall(const HealthCall&) = delete;
    HealthCall& operator=(const HealthCall&) = delete;

    /// What is to be sent now; empty: nothing.
    std::string take_output();
    /// What has come. False: it isn't HTTP/2.
    bool receive(std::span<const std::uint8_t> bytes);
    /// The answer is whole, or there won't be one.
    bool done() const;
    /// Why the service doesn't serve, in words for people; empty: it does. Once it is done.
    std::string why_not_serving() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace lars::agent
