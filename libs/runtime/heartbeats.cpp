#include "runtime/heartbeats.hpp"

#include "runtime/sleep.hpp"

#include <boost/asio/co_spawn.hpp>

namespace lars::runtime {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(500);

}  // namespace

Heartbeats::Beat::Beat(const asio::any_io_executor& executor, spdlog::logger& log)
    : tasks(executor, log), last(Clock::now()) {}

Heartbeats::Heartbeats(Runtime& runtime, spdlog::logger& log) : runtime_(runtime) {
    for (std::size_t i = 0; i < runtime.size(); ++i) {
        beats_.push_back(std::make_unique<Beat>(runtime.executor(i), log));
    }
}

void Heartbeats::start() {
    for (std::size_t i = 0; i < beats_.size(); ++i) {
        beats_[i]->last = Clock::now();
        beats_[i]->tasks.spawn("heartbeat", beat(i));
    }
}

Awaitable<> Heartbeats::stop() {
    for (std::size_t i = 0; i < beats_.size(); ++i) {
        auto ending = end(i);
        co_await asio::co_spawn(runtime_.executor(i), std::move(ending), asio::deferred);
    }
}

Clock::duration Heartbeats::silence(std::size_t context, Clock::time_point now) const {
    return now - beats_[context]->last.load();
}

Awaitable<> Heartbeats::beat(std::size_t context) {
    const auto executor = runtime_.executor(context);
    while (true) {
        beats_[context]->last = Clock::now();
        co_await sleep_for(executor, kInterval);
    }
}

Awaitable<> Heartbeats::end(std::size_t context) {
    beats_[context]->tasks.cancel();
    co_await beats_[context]->tasks.join();
}

}  // namespace lars::runtime
