#include "dns/registration/presence.hpp"

#include "runtime/sleep.hpp"
#include "wire/identity.hpp"

#include <algorithm>
#include <utility>

namespace lars::dns {

using namespace std::chrono_literals;

Presence::Presence(
    asio::any_io_executor executor,
    const store::Url& url,
    std::chrono::milliseconds lease,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      database_(executor, url),
      id_(wire::random_instance()),
      interval_(std::min<std::chrono::milliseconds>(1s, lease / 3)),
      series_(lease * 2 / 3, Clock::now()),
      log_(log),
      failures_(metrics.counter(
          "lars_dns_presence_failures_total",
          "Times that it couldn't be written that this dns lives"
      )) {}

Awaitable<> Presence::run() {
    while (true) {
        const auto begun = Clock::now();
        auto writing = write();
        auto written = co_await std::move(writing);
        if (written) {
            series_.note_written(Clock::now(), written->now);
            ever_ = true;
            others_ = std::move(written->addresses);
            std::erase(others_, address_);
            condition_.clear();
            if (troubles_.end() > 0) log_.info("this dns is known to live again");
        } else {
            note_failure(written.error());
        }
        const auto next = begun + interval_;
        co_await runtime::sleep_until(executor_, next);
    }
}

Awaitable<store::Result<store::PresenceReading>> Presence::write() {
    const auto ready = co_await database_.prepare();
    if (!ready) co_return ready.error();
    auto writing = presence_.write(id_, address_);
    co_return co_await std::move(writing);
}

Awaitable<> Presence::leave() {
    if (!ever_) co_return;
    auto leaving = presence_.remove(id_);
    const auto done = co_await std::move(leaving);
    if (!done) log_.warn("it can't be written that this dns ends: {}", done.error().message);
}

void Presence::note_failure(const store::Error& error) {
    failures_.add();
    condition_.fail(error.message);
    const auto line = troubles_.note(error.message, Clock::now());
    if (line)
        log_.error("services can't be registered here, as the store isn't written: {}", *line);
}

}  // namespace lars::dns
