#include "registration.hpp"

#include "fork_count.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace lars::client {
namespace {

using namespace std::chrono_literals;

constexpr auto kAnswer = 2s;        // of the agent, at most
constexpr auto kFirstPause = 50ms;  // before the agent is tried again
constexpr auto kLongestPause = 1000ms;
constexpr auto kLook = 100ms;  // while somebody waits or asks
constexpr auto kRest = 30s;    // or else

constexpr std::uint32_t kFailing = 1;
constexpr std::uint32_t kDraining = 2;
constexpr std::uint32_t kStarting = 3;

Registration::State state_of(std::uint32_t state) {
    switch (state) {
        case kFailing:
            return Registration::State::failing;
        case kDraining:
            return Registration::State::draining;
        case kStarting:
            return Registration::State::starting;
        default:
            return Registration::State::serves;
    }
}

}  // namespace

Registration::Registration(Options options)
    : options_(std::move(options)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      process_(fork_count()) {
    if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    if (options_.socket.empty()) options_.socket = default_socket();
    if (options_.service.port == 0) {
        ::close(wake_);
        throw std::invalid_argument("a service is registered with its port, 1 to 65535");
    }
    thread_ = std::thread([this] { run(); });
}

Registration::~Registration() {
    if (fork_count() != process_) {  // the thread, and what it registered, are the parent's
        thread_.detach();
    } else {
        {
            const std::lock_guard lock(mutex_);
            ends_ = true;
        }
        ::eventfd_write(wake_, 1);
        thread_.join();
    }
    ::close(wake_);
}

Registration::Status Registration::status() {
    const std::lock_guard lock(mutex_);
    asked_ = true;
    ::eventfd_write(wake_, 1);
    return status_;
}

bool Registration::withdraw(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    leaves_ = true;
    ::eventfd_write(wake_, 1);
    return changed_.wait_for(lock, timeout, [this] { return status_.state == State::withdrawn; });
}

void Registration::set(State state, std::string why, bool stored) {
    const std::lock_guard lock(mutex_);
    status_ = {state, std::move(why), stored};
    changed_.notify_all();
}

void Registration::run() {
    auto backoff = kFirstPause;
    while (true) {
        bool leaves = false;
        {
            const std::lock_guard lock(mutex_);
            if (ends_) return;
            leaves = leaves_;
        }
        if (!connection_.is_open()) {
            // An agent that isn't there has nothing of it any more, or will find that it is gone.
            if (leaves) {
                set(State::withdrawn);
            } else {
                connect();
            }
        } else if (leaves) {
            leave();
        } else {
            look();
        }
        if (connection_.is_open()) {
            backoff = kFirstPause;
            std::unique_lock lock(mutex_);
            const bool asked = std::exchange(asked_, false);
            const bool settled = status_.state == State::withdrawn || (status_.stored && !leaves_);
            const bool busy = asked || !settled;
            lock.unlock();
            pause(busy ? std::chrono::milliseconds(kLook) : std::chrono::milliseconds(kRest));
        } else {
            pause(leaves ? std::chrono::milliseconds(kRest) : backoff);
            backoff = std::min<std::chrono::milliseconds>(2 * backoff, kLongestPause);
        }
    }
}

void Registration::connect() {
    if (auto why = connection_.open(options_.socket); !why.empty()) {
        return set(State::connecting, std::move(why));
    }
    const auto deadline = LocalConnection::Clock::now() + kAnswer;
    const auto body = connection_.request(encode_register(options_.service, ++seq_), deadline);
    if (!body) return set(State::connecting, options_.socket + ": the agent doesn't answer");
    const auto answer = decode_service_answer(*body);
    if (!answer) {
        connection_.close();
        return set(State::connecting, options_.socket + ": this isn't an agent's answer");
    }
    if (!answer->error.empty()) {
        connection_.close();  // and asks again: what is in its way may go
        return set(State::refused, answer->error);
    }
    look();
}

void Registration::look() {
    if (connection_.has_ended()) {
        connection_.close();
        return set(State::connecting, options_.socket + ": the agent has gone");
    }
    const auto deadline = LocalConnection::Clock::now() + kAnswer;
    const auto body = connection_.request(encode_services(++seq_), deadline);
    if (!body) return set(State::connecting, options_.socket + ": the agent doesn't answer");
    const auto answer = decode_service_answer(*body);
    if (!answer) return;
    const auto& service = options_.service;
    const auto found =
        std::find_if(answer->instances.begin(), answer->instances.end(), [&](const auto& each) {
            return each.port == service.port && each.name == service.name &&
                   (!service.name.empty() || each.module == service.module);
        });
    if (found == answer->instances.end()) return set(State::withdrawn);
    set(state_of(found->state), found->reason, found->announced);
}

void Registration::leave() {
    const auto deadline = LocalConnection::Clock::now() + kAnswer;
    connection_.request(encode_withdraw(options_.service, ++seq_, false), deadline);
    if (connection_.is_open()) look();
}

// Until something is wanted, or the agent has gone.
void Registration::pause(std::chrono::milliseconds time) {
    pollfd waited[2]{{wake_, POLLIN, 0}, {connection_.descriptor(), POLLIN, 0}};
    ::poll(waited, connection_.is_open() ? 2 : 1, static_cast<int>(time.count()));
    eventfd_t ignored = 0;
    ::eventfd_read(wake_, &ignored);
}

}  // namespace lars::client
