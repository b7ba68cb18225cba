#include "base/host_lookup.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

namespace lars {
namespace {

// Beside getaddrinfo's own, which are negative.
constexpr int kTooManyNames = 1;
constexpr int kTooManyAskers = 2;
constexpr int kTimedOut = 3;

class LookupCategory final : public std::error_category {
public:
    const char* name() const noexcept override { return "lars look-up"; }
    std::string message(int code) const override {
        if (code == kTooManyNames) return "too many other names are being looked up";
        if (code == kTooManyAskers) return "its look-up has been waited for too often";
        if (code == kTimedOut) return "no name server has answered in time";
        return ::gai_strerror(code);
    }
};

std::error_code lookup_error(int code) {
    // Never destroyed: a look-up may end while the process does.
    static const auto& category = *new LookupCategory;
    if (code == EAI_SYSTEM) return {errno, std::generic_category()};
    return {code, category};
}

HostAddress address_of(const sockaddr& address) {
    HostAddress out;
    if (address.sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        std::memcpy(out.bytes.data(), &v6.sin6_addr, out.bytes.size());
        out.scope = v6.sin6_scope_id;
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        out.bytes[10] = out.bytes[11] = 0xFF;
        std::memcpy(&out.bytes[12], &v4.sin_addr, sizeof v4.sin_addr);
    }
    return out;
}

HostAddresses ask_system(const std::string& host, int flags) {
    HostAddresses answer;
    addrinfo hints{};
    hints.ai_flags = flags;
    hints.ai_socktype = SOCK_STREAM;  // each address once, not once for each kind of socket
    addrinfo* raw = nullptr;
    const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
    if (failed != 0) {
        answer.error = lookup_error(failed);
        return answer;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(raw, ::freeaddrinfo);
    for (const auto* each = all.get(); each != nullptr; each = each->ai_next) {
        if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
        const auto address = address_of(*each->ai_addr);
        const auto same = std::find(answer.found.begin(), answer.found.end(), address);
        if (same == answer.found.end()) answer.found.push_back(address);
    }
    if (answer.found.empty()) answer.error = lookup_error(EAI_NODATA);
    return answer;
}

std::string without_brackets(std::string host) {
    if (host.size() < 2 || host.front() != '[' || host.back() != ']') return host;
    return host.substr(1, host.size() - 2);
}

// A thread that takes no signals: those are for the program's own threads.
template <class Run>
void start_thread(Run run) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    struct Restore {
        const sigset_t& mask;
        ~Restore() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
    } const restore{before};
    std::thread(std::move(run)).detach();
}

}  // namespace

/// Owned by each of the threads too, so that it outlives whoever asked.
struct HostLookup::State {
    explicit State(Resolve resolve_with, std::shared_ptr<State> left_behind = nullptr)
        : resolve(std::move(resolve_with)), before(std::move(left_behind)) {}

    HostAddresses answer_to(const std::string& host) const {
        try {
            return resolve(host);
        } catch (const std::exception&) {
            return {{}, lookup_error(EAI_MEMORY)};
        }
    }

    void finish(const std::string& host, const HostAddresses& answer) {
        std::unique_lock lock(mutex);
        const auto askers = std::exchange(running[host], {});
        lock.unlock();
        bool taken = false;
        for (const auto& each : askers) taken = each(answer) || taken;
        lock.lock();
        // Who came meanwhile.
        const auto others = std::move(running[host]);
        running.erase(host);
        if (!taken && others.empty() && !answer.error) keep(host, answer);
        lock.unlock();
        for (const auto& each : others) each(answer);
    }

    // With the lock held.
    void keep(const std::string& host, const HostAddresses& answer) {
        if (late.size() >= kMaxRunning) late.clear();
        late[host] = {answer, Clock::now()};
    }

    // With the lock held.
    std::optional<HostAddresses> take_late(const std::string& host) {
        const auto found = late.find(host);
        if (found == late.end()) return {};
        auto kept = std::move(found->second);
        late.erase(found);
        if (Clock::now() > kept.came + kKeepLate) return {};
        return std::move(kept.answer);
    }

    using Clock = std::chrono::steady_clock;
    struct Late {
        HostAddresses answer;
        Clock::time_point came;
    };

    const Resolve resolve;
    const std::shared_ptr<State> before;  // of the parent process
    std::mutex mutex;
    std::unordered_map<std::string, std::vector<Done>> running;  // and who waits for each
    std::unordered_map<std::string, Late> late;
};

std::error_code lookup_timed_out() {
    return lookup_error(kTimedOut);
}

HostAddresses resolve_host(const std::string& host) {
    return ask_system(host, 0);
}

HostLookup::HostLookup(Resolve resolve) : state_(std::make_shared<State>(std::move(resolve))) {}

HostLookup& HostLookup::of_process() {
    // Never destroyed: it may be used as long as the process lives.
    static auto* const lookup = [] {
        // The parent's threads aren't in the child, and one of them may have held the lock: what
        // they used is left as it is.
        const auto renew = [] {
            auto& child = of_process();
            auto left_behind = std::move(child.state_);
            child.state_ = std::make_shared<State>(resolve_host, std::move(left_behind));
        };
        auto* const made = new HostLookup;
        ::pthread_atfork(nullptr, nullptr, renew);
        return made;
    }();
    return *lookup;
}

void HostLookup::look_up(std::string host, const Done& done) {
    host = without_brackets(std::move(host));
    const auto numeric = ask_system(host, AI_NUMERICHOST);
    if (!numeric.error) {
        done(numeric);
        return;
    }
    std::unique_lock lock(state_->mutex);
    const auto answer = [&](const HostAddresses& now) {
        lock.unlock();
        done(now);
    };
    const auto refuse = [&](int code) { answer({{}, lookup_error(code)}); };
    if (const auto late = state_->take_late(host)) return answer(*late);
    if (const auto same = state_->running.find(host); same != state_->running.end()) {
        if (same->second.size() >= kMaxWaiting) return refuse(kTooManyAskers);
        same->second.push_back(done);
        return;
    }
    if (state_->running.size() >= kMaxRunning) return refuse(kTooManyNames);
    state_->running[host].push_back(done);
    lock.unlock();

    try {
        start_thread([state = state_, host] { state->finish(host, state->answer_to(host)); });
    } catch (const std::system_error& error) {
        state_->finish(host, {{}, error.code()});
    }
}

}  // namespace lars
