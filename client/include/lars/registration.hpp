#pragma once

#include "lars/client.h"
#include "lars/module.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace lars {

/// How the agent finds out whether a service serves.
enum class Check {
    none = LARS_CHECK_NONE,
    tcp = LARS_CHECK_TCP,    ///< its port accepts connections
    http = LARS_CHECK_HTTP,  ///< a GET is answered with 200 to 299
    grpc = LARS_CHECK_GRPC,  ///< the standard health service says SERVING
};

struct ServiceOptions {
    std::string address;  ///< IPv4 or IPv6; empty: the one by which this host reaches dns
    std::optional<std::uint32_t> weight;  ///< 0 to 65535; none: 100
    std::string zone;                     ///< "region/zone"; empty: the agent's
    std::string tags;                     ///< "key=value,key=value"
    Check check = Check::none;
    std::uint16_t check_port = 0;  ///< 0: the service's
    std::string check_path;        ///< of Check::http; empty: "/"
    std::string check_service;     ///< of Check::grpc; empty: the server
    std::chrono::milliseconds check_interval{1'000};
    std::chrono::milliseconds check_timeout{1'000};
    /// Over which its weight falls to 0 when it is withdrawn.
    std::chrono::milliseconds drain{2'000};
    /// Until it is withdrawn, whatever becomes of this program.
    bool lasting = false;
    /// The agent's; empty: LARS_SOCKET, else /run/lars/agent.sock.
    std::string socket;
};

/// A service that this program offers, registered through the agent of its host as long as this
/// lives: when the program ends, however it does, it is gone from all routes.
///
///     lars::Registration registration("payments", 8080);
///
/// It registers in the background, and again whenever the agent was restarted. Thread-safe. In the
/// child of a fork() it may only be destroyed, which is without effect for the parent.
class Registration {
public:
    /// Throws std::invalid_argument when what is given can't be registered at all.
    Registration(const Module& module, std::uint16_t port, const ServiceOptions& options = {});

    enum class State {
        connecting = LARS_CONNECTING,  ///< the agent isn't reached; it is tried again and again
        refused = LARS_REFUSED,        ///< the agent doesn't take it
        starting = LARS_STARTING,      ///< its check hasn't passed yet
        failing = LARS_FAILING,        ///< its check fails: nobody calls it
        serves = LARS_SERVING,
        draining = LARS_DRAINING,
        withdrawn = LARS_WITHDRAWN,
    };
    struct Status {
        State state = State::connecting;
        std::string why;  ///< why it doesn't serve
    };
    Status status() const;
    /// Its weight falls to 0, then it goes. Waits for that; false: it isn't gone after that time.
    bool withdraw(std::chrono::milliseconds timeout = std::chrono::seconds(10));

private:
    struct Close {
        void operator()(lars_registration* registration) const {
            lars_registration_close(registration);
        }
    };
    std::unique_ptr<lars_registration, Close> registration_;
};

}  // namespace lars
