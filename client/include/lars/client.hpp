#pragma once

#include "lars/client.h"
#include "lars/module.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lars {

enum class Code {
    succ = LARS_SUCC,
    overload = LARS_OVERLOAD,
    system_error = LARS_SYSTEM_ERROR,
    noexist = LARS_NOEXIST,
    truncated = LARS_TRUNCATED,
    invalid = LARS_INVALID,
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
    /// How long a thread looks for the agent's answer before it sleeps, as long as answers come
    /// within that. Up to 1 ms; 0: not at all.
    std::chrono::microseconds spin{50};
};

struct Host {
    std::string address;
    std::uint16_t port = 0;
};

/// A text as a hash key: the same 64 bits in the clients of all languages.
std::uint64_t hash(std::string_view text);

/// What a caller says of its call, besides the module.
struct Request {
    std::string select;  ///< "key=value": only nodes with this tag; empty: any
    /// Calls of the same key go to the same node, if the module's policy is consistent_hash.
    std::optional<std::uint64_t> hash_key;
    std::vector<Host> exclude;  ///< nodes that were tried already: the first 8 are left out
    /// 0 for a call's first try; higher for a retry elsewhere, which the agent may refuse.
    std::uint32_t attempt = 0;
};

/// A node, or why there is none.
struct Choice {
    Code code = Code::noexist;
    Host host;
    std::int32_t modid = 0;  ///< of the module that was meant
    std::int32_t cmdid = 0;
    /// With Code::overload: after how long a retry may be tried; 0: there is no node that isn't
    /// excluded or overloaded.
    std::chrono::milliseconds wait{0};

    explicit operator bool() const { return code == Code::succ; }
};

/// How an attempt went.
struct Result {
    Result(std::int32_t code = 0) : retcode(code) {}

    std::int32_t retcode;  ///< 0 is success
    std::optional<std::chrono::microseconds> latency;
    std::optional<float> server_load;  ///< 0 idle to 1 full, as the node said of itself
    std::uint32_t attempt = 0;
};

class Call;
struct CallOptions;
struct CallResult;

/// Asks the agent of this host which node to call, and tells it how calls went.
///
///     lars::Client client;
///     client.call("payments", [](const lars::Host& host) { return pay(host.address, host.port);
///     });
///
/// does all of it: chooses a node, calls it, reports how that went, and tries again elsewhere (with
/// lars/attempts.hpp). Who wants to do that alone:
///
///     if (auto choice = client.choose("payments")) {
///         const bool good = pay(choice.host.address, choice.host.port);
///         client.report("payments", choice, good ? 0 : 1);
///     }
///
/// Thread-safe, also in children after fork(). Throws nothing but std::invalid_argument from the
/// constructor. Threads share at most 64 channels to the agent: when it doesn't answer and all are
/// waiting, others wait too, for as long as their timeout.
class Client {
    template <class Function>
    using IfCalls = std::enable_if_t<
        std::is_invocable_v<Function&, const Host&> ||
        std::is_invocable_v<Function&, const Host&, std::chrono::steady_clock::time_point>>;

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

    /// Calls a service: `function` gets the Host, and if it takes it the moment by which it should
    /// be done, and returns an Outcome, or what becomes one: true or 0 for success. Each failure is
    /// tried again on another node, within the options' timeout and attempts, and as long as the
    /// agent grants it. What `function` throws ends the call. Defined in lars/attempts.hpp.
    template <class Function, class = IfCalls<Function>>
    CallResult call(const Module& module, Function&& function, const CallOptions& options);
    template <class Function, class = IfCalls<Function>>
    CallResult call(const Module& module, Function&& function);
    /// A call to one node, which reports by itself. Declared in lars/call.hpp.
    Call call(const Module& module, const Request& request = {});

    Choice choose(const Module& module, const Request& request = {});
    /// All hosts of a module into `hosts`, and how that went: Code::noexist that it has none, and
    /// Code::truncated that an agent of an earlier version has more than it could answer.
    Code get_route(const Module& module, std::vector<Host>& hosts);
    /// How a call to the chosen node went. Waits for nothing.
    Code report(const Module& module, const Choice& choice, const Result& result);

    /// Makes the agent learn a module before it is needed: up to three questions, 50 ms apart.
    Code reg_init(std::int32_t modid, std::int32_t cmdid);
    Answer get_host(std::int32_t modid, std::int32_t cmdid);
    /// All hosts. Empty when the module is unknown, or the agent doesn't answer.
    std::vector<Host> get_route(std::int32_t modid, std::int32_t cmdid);
    /// The same, as by Module.
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
    friend class PendingChoice;
    friend class Watch;

    struct Close {
        void operator()(lars_handle* handle) const { lars_close(handle); }
    };
    std::unique_ptr<lars_handle, Close> handle_;
};

inline const char* to_string(Code code) {
    return lars_code_name(static_cast<int>(code));
}

}  // namespace lars
