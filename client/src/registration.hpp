#pragma once

#include "local_connection.hpp"
#include "registration_codec.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace lars::client {

/// Keeps a service registered at the agent of this host, over restarts of the agent. Has a thread
/// of its own. Any thread.
class Registration {
public:
    struct Options {
        Service service;
        std::string socket;  ///< empty: default_socket()
    };

    /// Registers in the background. Throws std::invalid_argument and std::system_error.
    explicit Registration(Options options);
    /// Lets go of the agent, which withdraws the service at once, unless it is lasting.
    ~Registration();
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;

    enum class State {
        connecting,  ///< the agent isn't reached
        refused,     ///< the agent doesn't take it
        starting,    ///< its check hasn't passed yet
        failing,     ///< its check fails
        serves,      ///< it is in the routes, or is about to be
        draining,
        withdrawn,
    };
    struct Status {
        State state = State::connecting;
        std::string why;      ///< of all but serves, draining and withdrawn, in words
        bool stored = false;  ///< dns has it so
    };
    /// As it was lately; looked at twice in a second while somebody asks.
    Status status();
    /// Withdraws it with its drain, and waits until it is gone, or for so long. False: it isn't
    /// yet.
    bool withdraw(std::chrono::milliseconds timeout);

private:
    void run();
    void connect();
    void look();
    void leave();
    void pause(std::chrono::milliseconds time);
    void set(State state, std::string why = "", bool stored = false);

    Options options_;
    LocalConnection connection_;  // of the thread
    std::uint32_t seq_ = 0;       // the same
    int wake_;
    unsigned process_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Status status_;
    bool asked_ = false;  // somebody asked for the status since the last look
    bool leaves_ = false;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace lars::client
