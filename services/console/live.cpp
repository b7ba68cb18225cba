#include "console/live.hpp"

#include "store/alarms.hpp"
#include "store/change_feed.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace lars::console {
namespace {

// The reporter writes what agents send every few seconds.
constexpr std::chrono::seconds kFigures(2);
// Without an open page, for scripts.
constexpr std::chrono::seconds kAlone(1);

}  // namespace

Live::Live(
    asio::any_io_executor executor,
    StorePool& pool,
    std::chrono::milliseconds interval,
    std::function<void()> changed,
    spdlog::logger& log
)
    : executor_(executor),
      pool_(pool),
      interval_(interval),
      changed_(std::move(changed)),
      log_(log),
      wake_(executor) {}

http::Response Live::follow() {
    http::Response response;
    response.events = std::make_shared<http::EventQueue>(executor_);
    response.events->send("version", "{\"version\":" + std::to_string(version_) + '}');
    response.events->send("alarms", "{\"firing\":" + std::to_string(firing_) + '}');
    queues_.push_back(response.events);
    wake_.notify();
    return response;
}

Awaitable<> Live::run() {
    while (true) {
        std::erase_if(queues_, [](const auto& queue) { return queue->ended(); });
        const auto pause =
            queues_.empty() ? std::max<Clock::duration>(interval_, kAlone) : interval_;
        auto waiting = wake_.wait_until(Clock::now() + pause);
        co_await std::move(waiting);
        auto looking = look();
        const auto looked = co_await std::move(looking);
        const auto cancelled = co_await asio::this_coro::cancellation_state;
        if (cancelled.cancelled() != asio::cancellation_type::none) co_return;
        note(looked);
    }
}

void Live::note(const store::Result<void>& looked) {
    const bool failing = condition_.text().has_value();
    if (!looked) {
        if (!failing) log_.error("the store: {}", looked.error().message);
        condition_.fail(looked.error().message);
    } else if (failing) {
        log_.info("the store answers again");
        condition_.clear();
    }
}

Awaitable<store::Result<void>> Live::look() {
    auto borrowing = pool_.borrow();
    const auto lease = co_await std::move(borrowing);
    if (!lease) co_return lease.error();
    store::ChangeFeed feed(**lease);
    auto reading = feed.version();
    const auto version = co_await std::move(reading);
    if (!version) co_return version.error();
    if (*version != version_) {
        version_ = *version;
        changed_();
        tell("version", "{\"version\":" + std::to_string(version_) + '}');
    }
    if (Clock::now() < next_figures_) co_return store::Result<void>();
    next_figures_ = Clock::now() + kFigures;
    changed_();
    tell("calls", "{}");
    store::Alarms alarms(**lease);
    auto asking = alarms.read_states();
    const auto states = co_await std::move(asking);
    if (!states) co_return states.error();
    const auto firing = static_cast<std::size_t>(
        std::count_if(states->begin(), states->end(), [](const auto& each) { return each.firing; })
    );
    if (firing != firing_) {
        firing_ = firing;
        tell("alarms", "{\"firing\":" + std::to_string(firing_) + '}');
    }
    co_return store::Result<void>();
}

void Live::tell(const char* event, const std::string& data) {
    for (const auto& queue : queues_) queue->send(event, data);
}

}  // namespace lars::console
