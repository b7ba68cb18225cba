#include "descriptors.hpp"
#include "lars/client.hpp"
#include "support/catch.hpp"
#include "support/fake_agent.hpp"
#include "support/wait.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

FakeAgent::Answer good_answer() {
    return [](const auto& request) { return std::vector{host_answer(request)}; };
}

/// A port where datagrams are neither refused nor read. Unlike an agent it has no thread, which
/// could be in the midst of an allocation: sanitizers don't see to it that a child can allocate.
class DeafAgent {
public:
    DeafAgent() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof where;
        auto* const generic = reinterpret_cast<sockaddr*>(&where);
        REQUIRE(::bind(socket_, generic, size) == 0);
        ::getsockname(socket_, generic, &size);
        port_ = ntohs(where.sin_port);
    }
    ~DeafAgent() { ::close(socket_); }
    DeafAgent(const DeafAgent&) = delete;
    DeafAgent& operator=(const DeafAgent&) = delete;

    std::string address() const { return "127.0.0.1:" + std::to_string(port_) + "/1"; }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

// What a child ends with: its exit status, or 128 and the signal that ended it. One that hangs is
// ended by SIGALRM.
int status_of_child(const std::function<bool()>& run) {
    const auto child = ::fork();
    if (child == 0) {
        ::alarm(60);
        ::_exit(run() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("after a fork parent and child don't take each other's answers") {
    FakeAgent agent(good_answer());
    lars::Client client({agent.address(), 10s});
    REQUIRE(client.get_host(1, 1));
    agent.await_idle();
    const auto child = ::fork();
    int good = 0;
    for (int i = 0; i < 200; ++i) good += static_cast<bool>(client.get_host(1, 1));
    if (child == 0) ::_exit(good == 200 ? 0 : 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(good == 200);
    CHECK(status == 0);
}

// GCC 12's AddressSanitizer doesn't free its allocator for a child: what another thread held of it
// is held for ever. ThreadSanitizer does.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("children go on, whatever other threads did during the fork") {
    DeafAgent agent;
    lars::Client client({agent.address(), 10s});
    std::atomic<bool> stop{false};
    std::atomic<int> calling{0};
    // Only threads that share what the library deals out among threads with the one that forks: it
    // would take many forks, else, to come upon what one of them holds.
    const auto group = [](std::thread::id id) { return std::hash<std::thread::id>()(id) % 16; };
    const auto forker = group(std::this_thread::get_id());
    std::atomic<int> found{0};
    std::atomic<std::size_t> started{0};
    std::vector<std::jthread> threads;
    while (found < 6) {
        threads.emplace_back([&] {
            const bool useful = group(std::this_thread::get_id()) == forker;
            found += useful;
            ++started;
            if (!useful) stop.wait(false);  // an id of a thread that ended would come again
            const lars::Host host{"10.0.0.1", 80};
            while (useful && !stop) {
                client.report(1, 1, host, 0);
                ++calling;
            }
        });
        while (started < threads.size()) std::this_thread::yield();
    }
    CHECK(eventually([&] { return calling > 100; }));
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        const auto status = status_of_child([&] {
            return client.report(1, 1, {"10.0.0.1", 80}, 0) == lars::Code::succ;
        });
        CHECK(status == 0);
        if (status != 0) break;
    }
    stop = true;
    stop.notify_all();
}
#endif

TEST_CASE("a child closes the sockets that it has of its parent, and a grandchild as well") {
    FakeAgent agent(good_answer());
    lars::Client client({agent.address(), 10s});
    REQUIRE(client.get_host(1, 1));
    agent.await_idle();
    const auto before = open_descriptors();
    const auto calls = [&] { return client.get_host(1, 1) && open_descriptors() == before; };
    const auto status = status_of_child([&] { return calls() && status_of_child(calls) == 0; });
    CHECK(status == 0);
    CHECK(calls());
}

TEST_CASE("a child may close what its parent opened") {
    FakeAgent agent(good_answer());
    std::optional<lars::Client> client(std::in_place, lars::ClientOptions{agent.address(), 10s});
    REQUIRE(client->get_host(1, 1));
    agent.await_idle();
    const auto before = open_descriptors();
    const auto status = status_of_child([&] {
        client.reset();
        return open_descriptors() == before - 1;
    });
    CHECK(status == 0);
    CHECK(client->get_host(1, 1));
}
