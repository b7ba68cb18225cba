#pragma once

#include "lars/client.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lars {

enum class Code {
    succ = LARS_SUCC,
    overload = LARS_OVERLOAD,
    system_error = LARS_SYSTEM_ERROR,
    noexist = LARS_NOEXIST,
    truncated = LARS_TRUNCATED,
};

struct ClientOptions {
    /// "host:port[/shards]"; empty: LARS_AGENT, else 127.0.0.1:8888/3. A name may have several
    /// addresses: each is tried. It is looked up by the constructor, and again when nobody answers.
    std::string agent;
    /// No call takes longer, nor does the constructor. 1 ms to 60 s.
    std::chrono::milliseconds timeout{500};
    /// How long get_host may wait for a module that the agent has to learn first, but at most a
    /// third of the timeout. Up to 60 s; 0: not at all.
    std::chrono::milliseconds first_call_wait{20};
};

struct Host {
    std::string address;
    std::uint16_t port = 0;
};

/// Asks the agent of this host which node to call, and tells it how calls went.
///
///     lars::Client client;
///     if (auto host = client.get_host(1, 1)) {
///         const bool good = call(host->address, host->port);
///         client.report(1, 1, *host, good ? 0 : 1);
///     }
///
/// Thread-safe, also in children after fork(). Throws nothing but std::invalid_argument from the
/// constructor. Threads share at most 64 channels to the agent: when it doesn't answer and all are
/// waiting, others wait too, for as long as their timeout.
class Client {
public:
    explicit Client(const ClientOptions& options = {});

    /// A host, or why there is none.
    class Answer {
    public:
        explicit Answer(Code code) : code_(code) {}
        explicit Answer(Host host) : code_(Code::succ), host_(std::move(host)) {}
        explicit operator bool() const { return host_.has_value(); }
        const Host& operator*() const { return *host_; }
        const Host* operator->() const { return &*host_; }
        Code code() const { return code_; }

    private:
        Code code_;
        std::optional<Host> host_;
    };

    /// Makes the agent learn a module before it is needed: up to three questions, 50 ms apart.
    Code reg_init(std::int32_t modid, std::int32_t cmdid);
    Answer get_host(std::int32_t modid, std::int32_t cmdid);
    /// All hosts. Empty when the module is unknown, or the agent doesn't answer.
    std::vector<Host> get_route(std::int32_t modid, std::int32_t cmdid);
    /// The same, into `hosts`, and how that went: Code::truncated says that an agent of an earlier
    /// version has more than it could answer.
    Code get_route(std::int32_t modid, std::int32_t cmdid, std::vector<Host>& hosts);
    /// retcode 0 is success. Waits for nothing.
    Code report(
        std::int32_t modid,
        std::int32_t cmdid,
        const Host& host,
        std::int32_t retcode,
        std::optional<std::chrono::microseconds> latency = {}
    );

private:
    struct Close {
        void operator()(lars_handle* handle) const { lars_close(handle); }
    };
    std::unique_ptr<lars_handle, Close> handle_;
};

inline const char* to_string(Code code) {
    return lars_code_name(static_cast<int>(code));
}

}  // namespace lars
