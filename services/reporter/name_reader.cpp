#include "reporter/name_reader.hpp"

#include "runtime/sleep.hpp"

#include <utility>

namespace lars::reporter {
namespace {

constexpr auto kInterval = std::chrono::seconds(5);

}  // namespace

NameReader::NameReader(
    asio::any_io_executor executor,
    const store::Url& store,
    metrics::CallMetrics& metrics,
    spdlog::logger& log
)
    : executor_(executor), metrics_(metrics), log_(log), database_(executor, store) {}

// Others who use the store report that it is away; only a right that is missing is said here.
Awaitable<> NameReader::run() {
    while (true) {
        const auto done = co_await read();
        const bool refused = !done && done.error().kind == store::ErrorKind::refused;
        if (refused && !std::exchange(refused_, true)) {
            log_.warn("alerts and metrics go without modules' names: {}", done.error().message);
        }
        co_await runtime::sleep_for(executor_, kInterval);
    }
}

Awaitable<store::Result<void>> NameReader::read() {
    const auto ready = co_await database_.prepare();
    if (!ready) co_return ready.error();
    const auto version = co_await feed_.version();
    if (!version) co_return version.error();
    if (*version == version_) co_return store::Result<void>();
    const auto rows = co_await store_names_.list();
    if (!rows) co_return rows.error();
    auto names = std::make_shared<admin::NamesById>();
    for (const auto& row : *rows) (*names)[row.module] = row.name;
    names_ = std::move(names);
    version_ = *version;
    metrics_.set_names(names_);
    co_return store::Result<void>();
}

}  // namespace lars::reporter
