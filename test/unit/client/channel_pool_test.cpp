#include "channel_pool.hpp"

#include "support/catch.hpp"
#include "support/wait.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

using namespace lars::client;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

using Use = ChannelPool::Use;

const Clock::time_point kNow = Clock::now();

std::shared_ptr<AgentLocator> agent_of(int shards) {
    return AgentLocator::find(parse_agent("127.0.0.1:9/" + std::to_string(shards)), 10s);
}

/// Leases that have used their channels.
std::vector<std::unique_ptr<ChannelPool::Lease>> leases(
    ChannelPool& pool, std::size_t count, Clock::time_point now = kNow
) {
    std::vector<std::unique_ptr<ChannelPool::Lease>> out;
    while (out.size() < count) {
        out.push_back(std::make_unique<ChannelPool::Lease>(pool, Use::question, now, now));
        REQUIRE(*out.back());
        (*out.back())->out().clear();
    }
    return out;
}

}  // namespace

TEST_CASE("a channel is borrowed again and again, and there are as many as at the same time") {
    ChannelPool pool(agent_of(3));
    for (int i = 0; i < 10; ++i) leases(pool, 1);
    CHECK(pool.size() == 1);
    leases(pool, 5);
    CHECK(pool.size() == 5);
}

TEST_CASE("channels that nobody used for long are closed, when another is given back") {
    ChannelPool pool(agent_of(3));
    leases(pool, 20);
    leases(pool, 1, kNow + ChannelPool::kMaxIdle - 1ms);
    CHECK(pool.size() == 20);
    leases(pool, 2, kNow + ChannelPool::kMaxIdle + 1s);
    CHECK(pool.size() == 2);
}

TEST_CASE("a channel over which no answer came isn't kept") {
    ChannelPool pool(agent_of(3));
    for (const auto& lease : leases(pool, 7)) lease->discard();
    CHECK(pool.size() == 0);
}

TEST_CASE("questions have so many channels and no more, whatever the number of shards") {
    for (const auto& [shards, channels] : {std::pair{1, 64}, {3, 64}, {6, 32}, {64, 16}}) {
        CAPTURE(shards);
        ChannelPool pool(agent_of(shards));
        const auto expected = static_cast<std::size_t>(channels);
        CHECK(pool.max_questions() == expected);
        const auto all = leases(pool, expected);
        CHECK_FALSE(ChannelPool::Lease(pool, Use::question, kNow, kNow));
        CHECK(ChannelPool::Lease(pool, Use::report, kNow, Clock::now() + 60s));
    }
}

TEST_CASE("who waits gets a channel that is given back") {
    ChannelPool pool(agent_of(3));
    auto all = leases(pool, pool.max_questions());
    std::atomic<int> got{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 10; ++i) {
        threads.emplace_back([&] {
            got +=
                static_cast<bool>(ChannelPool::Lease(pool, Use::question, kNow, Clock::now() + 60s)
                );
        });
    }
    all.resize(all.size() - 2);
    CHECK(eventually([&] { return got == 10; }));
}
