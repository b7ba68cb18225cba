#include "descriptors.hpp"
#include "lars/client.hpp"
#include "support/catch.hpp"
#include "support/fake_agent.hpp"
#include "support/wait.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr int kThreads = 300;
// Channels for questions and for reports, of one shard each.
constexpr int kMaxSockets = 64 + 16;

template <class Run>
std::vector<std::jthread> in_threads(const Run& run) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(run);
    return threads;
}

}  // namespace

TEST_CASE("threads that wait for a frozen agent have a bounded number of sockets, which are closed"
) {
    FakeAgent agent([](const auto&) { return std::vector<std::string>{}; });
    lars::Client client({agent.address(), 1s});
    const auto before = open_descriptors();
    auto most = before;
    std::atomic<int> ended{0};
    std::atomic<int> failed{0};
    const auto threads = in_threads([&] {
        failed += client.get_host(1, 1).code() == lars::Code::system_error;
        ++ended;
    });
    CHECK(eventually([&] {
        most = std::max(most, open_descriptors());
        return ended == kThreads;
    }));
    CHECK(failed == kThreads);
    CHECK(most - before <= kMaxSockets);
    CHECK(open_descriptors() == before);
}

TEST_CASE("more threads than channels get their answers all the same") {
    FakeAgent agent([](const auto& request) { return std::vector{host_answer(request)}; });
    lars::Client client({agent.address(), 60s});
    std::atomic<int> good{0};
    in_threads([&] {
        for (int i = 0; i < 5; ++i) good += static_cast<bool>(client.get_host(1, 1));
    });
    CHECK(good == kThreads * 5);
}
