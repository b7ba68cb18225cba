#include "dns/route_feed.hpp"

#include <boost/asio/steady_timer.hpp>

#include <random>

namespace lars::dns {

RouteFeed::RouteFeed(
    net::asio::any_io_executor executor,
    const Options& options,
    Publish publish,
    net::Metrics& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      publish_(std::move(publish)),
      log_(log),
      store_(store::make_store(executor, options.store)),
      errors_(metrics.counter("lars_dns_store_errors_total", "Failed reads of the store")),
      repairs_(metrics.counter(
          "lars_dns_feed_missed_total", "Changed modules that only the comparison found"
      )),
      skipped_(metrics.counter(
          "lars_dns_rows_skipped_total", "Rows with an id or port out of range, at each read"
      )) {
    metrics.gauge("lars_dns_modules", "Modules with a route", [this] { return double(modules_); });
    metrics.gauge("lars_dns_version", "RouteVersion last read", [this] {
        return double(version_);
    });
}

net::Awaitable<> RouteFeed::run() {
    net::Backoff backoff({.first = options_.poll_interval, .most = std::chrono::seconds(2)});
    std::minstd_rand random{std::random_device{}()};
    while (true) {
        auto prepared = co_await prepare();
        if (prepared) {
            backoff.reset();
            prepared = co_await follow();
        }
        note_failure(prepared.error());
        const auto delay = backoff.next(static_cast<std::uint32_t>(random()) << 1);
        co_await sleep(delay);
    }
}

net::Awaitable<store::Result<void>> RouteFeed::prepare() {
    // A file of SQLite is ours alone; a MariaDB server may need another user for this.
    const bool own = options_.store.kind == store::Url::Kind::sqlite;
    auto asked = own ? store_->migrate() : store_->inspect();
    const auto schema = co_await std::move(asked);
    if (!schema) co_return schema.error();
    if (schema->version < schema->latest || !schema->triggers) {
        co_return store::Error{
            store::ErrorKind::schema,
            "the schema of " + store::to_string(options_.store) +
                " is too old or lacks its triggers; run: lars store migrate --store '" +
                store::to_string(options_.store) + "'"};
    }
    auto loaded = co_await load();
    co_return loaded;
}

net::Awaitable<store::Result<void>> RouteFeed::load() {
    auto table = co_await store_->load_all();
    if (!table) co_return table.error();
    skipped_.add(table->skipped);
    const auto version_before = table_.version();
    const auto version = table->version;
    auto changed = table_.load(std::move(*table));
    if (table_.held()) {
        log_.error(
            "the store has no route at all, and didn't say why: the {} modules known are kept",
            table_.size()
        );
    }
    if (loaded_ && version == version_before && !changed.empty()) {
        repairs_.add(changed.size());
        log_.warn("the change feed missed {} modules: were triggers bypassed?", changed.size());
    }
    if (!loaded_ || !last_error_.empty()) {
        log_.info("{} modules loaded at version {}", table_.size(), version);
    }
    last_error_.clear();
    modules_ = table_.size();
    version_ = table_.version();
    if (!loaded_ || !changed.empty()) publish_(std::move(changed));
    loaded_ = true;
    co_return store::Result<void>();
}

net::Awaitable<store::Result<void>> RouteFeed::follow() {
    auto next_comparison = net::Clock::now() + options_.compare_interval;
    while (true) {
        co_await sleep(options_.poll_interval);
        auto looked = co_await look();
        if (!looked) co_return looked;
        if (net::Clock::now() < next_comparison) continue;
        looked = co_await load();
        if (!looked) co_return looked;
        next_comparison = net::Clock::now() + options_.compare_interval;
    }
}

net::Awaitable<store::Result<void>> RouteFeed::look() {
    const auto version = co_await store_->version();
    if (!version) co_return version.error();
    if (*version == table_.version()) co_return store::Result<void>();
    log_.debug("version moved {} -> {}", table_.version(), *version);
    auto changes = co_await store_->changes_since(table_.version());
    if (!changes) co_return changes.error();
    if (changes->reload) {
        auto loaded = co_await load();
        co_return loaded;
    }
    skipped_.add(changes->skipped);
    auto changed = table_.apply(std::move(*changes));
    modules_ = table_.size();
    version_ = table_.version();
    log_.debug("version {}: {} modules changed", table_.version(), changed.size());
    if (!changed.empty()) publish_(std::move(changed));
    co_return store::Result<void>();
}

net::Awaitable<> RouteFeed::sleep(std::chrono::milliseconds delay) {
    net::asio::steady_timer timer(executor_, delay);
    co_await timer.async_wait(net::nothrow);
}

// An outage is one line, not one for each attempt.
void RouteFeed::note_failure(const store::Error& error) {
    errors_.add();
    if (error.message == last_error_) return;
    last_error_ = error.message;
    log_.error("{}; what is known stays served, trying again", error.message);
}

}  // namespace lars::dns
