#include "dns/look_up_host.hpp"

#include <ares.h>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace lars::dns {
namespace {

using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

Address address_of(const sockaddr& from) {
    Address out{};
    if (from.sa_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
        std::memcpy(out.data(), &v6.sin6_addr, out.size());
    } else {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
        out[10] = out[11] = 0xFF;
        std::memcpy(out.data() + 12, &v4.sin_addr, 4);
    }
    return out;
}

// The shortest time to live of all that an answer rests on. c-ares says 0 for what a file says.
std::chrono::seconds ttl_of(const ares_addrinfo& answer) {
    std::optional<int> least;
    const auto consider = [&least](int ttl) { least = least ? std::min(*least, ttl) : ttl; };
    for (const auto* node = answer.nodes; node; node = node->ai_next) consider(node->ai_ttl);
    for (const auto* name = answer.cnames; name; name = name->next) consider(name->ttl);
    return std::chrono::seconds(least.value_or(0));
}

HostRecords records_of(const ares_addrinfo& answer) {
    HostRecords records;
    records.ttl = ttl_of(answer);
    auto& all = records.addresses;
    for (const auto* node = answer.nodes; node; node = node->ai_next) {
        const auto family = node->ai_family;
        if (family == AF_INET || family == AF_INET6) all.push_back(address_of(*node->ai_addr));
    }
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    if (!all.empty()) return records;
    records.error = "it has no addresses";
    records.denied = true;
    return records;
}

HostRecords failed(int status) {
    HostRecords records;
    records.error = ares_strerror(status);
    records.denied = status == ARES_ENOTFOUND || status == ARES_ENODATA;
    return records;
}

/// One look-up in c-ares, whose sockets are in an epoll set of its own: that is one descriptor to
/// wait for, however many there are.
class Query {
public:
    Query(const asio::any_io_executor& executor, const NameServers& servers)
        : sockets_(executor, ::epoll_create1(EPOLL_CLOEXEC)) {
        ares_options options{};
        options.timeout = static_cast<int>(servers.timeout.count());
        options.tries = servers.tries;
        options.sock_state_cb = &Query::watch;
        options.sock_state_cb_data = this;
        const int set = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
        auto status = ares_init_options(&channel_, &options, set);
        if (status == ARES_SUCCESS && !servers.servers.empty()) {
            status = ares_set_servers_ports_csv(channel_, servers.servers.c_str());
        }
        if (status != ARES_SUCCESS) answer_ = failed(status);
    }
    // With its own sockets, and an answer that says so if there was none.
    ~Query() {
        if (channel_) ares_destroy(channel_);
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    void ask(const std::string& host) {
        ares_addrinfo_hints hints{};
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = ARES_AI_NOSORT;
        ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Query::answered, this);
    }

    const std::optional<HostRecords>& answer() const { return answer_; }

    /// Until a socket is ready, or c-ares wants to give something up.
    Awaitable<> wait() {
        timeval longest{1, 0};
        timeval wanted{};
        const auto* until = ares_timeout(channel_, &longest, &wanted);
        const auto most =
            std::chrono::seconds(until->tv_sec) + std::chrono::microseconds(until->tv_usec);
        asio::steady_timer timer(sockets_.get_executor(), most);
        auto race = make_parallel_group(
            sockets_.async_wait(asio::posix::descriptor_base::wait_read, asio::deferred),
            timer.async_wait(asio::deferred)
        );
        co_await race.async_wait(wait_for_one(), asio::deferred);
    }

    /// What is ready, and what is over.
    void proceed() {
        std::array<epoll_event, 16> ready{};
        const int count =
            ::epoll_wait(sockets_.native_handle(), ready.data(), static_cast<int>(ready.size()), 0);
        for (int i = 0; i < count; ++i) {
            const auto& each = ready[static_cast<std::size_t>(i)];
            const bool readable = (each.events & ~std::uint32_t{EPOLLOUT}) != 0;
            const bool writable = (each.events & EPOLLOUT) != 0;
            ares_process_fd(
                channel_,
                readable ? each.data.fd : ARES_SOCKET_BAD,
                writable ? each.data.fd : ARES_SOCKET_BAD
            );
        }
        ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    }

private:
    static void watch(void* self, ares_socket_t socket, int readable, int writable) {
        const int set = static_cast<Query*>(self)->sockets_.native_handle();
        epoll_event event{};
        event.data.fd = socket;
        event.events = (readable ? EPOLLIN : 0U) | (writable ? EPOLLOUT : 0U);
        if (event.events == 0) {
            ::epoll_ctl(set, EPOLL_CTL_DEL, socket, nullptr);
        } else if (::epoll_ctl(set, EPOLL_CTL_ADD, socket, &event) != 0) {
            ::epoll_ctl(set, EPOLL_CTL_MOD, socket, &event);
        }
    }

    static void answered(void* self, int status, int /*timeouts*/, ares_addrinfo* result) {
        auto& answer = static_cast<Query*>(self)->answer_;
        answer = status == ARES_SUCCESS && result ? records_of(*result) : failed(status);
        if (result) ares_freeaddrinfo(result);
    }

    asio::posix::stream_descriptor sockets_;
    ares_channel channel_ = nullptr;
    std::optional<HostRecords> answer_;
};

}  // namespace

Awaitable<HostRecords> look_up_host(
    asio::any_io_executor executor, std::string host, NameServers servers
) {
    Query query(executor, servers);
    if (!query.answer()) query.ask(host);
    while (!query.answer()) {
        co_await query.wait();
        query.proceed();
    }
    co_return *query.answer();
}

}  // namespace lars::dns
