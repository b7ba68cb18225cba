#pragma once

#include "app/condition.hpp"
#include "console/store_pool.hpp"
#include "http/event_queue.hpp"
#include "http/page.hpp"
#include "runtime/asio.hpp"
#include "runtime/event.hpp"

#include <spdlog/logger.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

namespace lars::console {

/// Tells open pages that there is something new: looks at the store as long as any is open, however
/// many there are. Belongs to one executor.
class Live {
public:
    Live(
        asio::any_io_executor executor,
        StorePool& pool,
        std::chrono::milliseconds interval,
        std::function<void()> changed,
        spdlog::logger& log
    );

    Awaitable<> run();
    /// Answers GET /live.
    http::Response follow();
    std::size_t size() const { return queues_.size(); }
    /// Why the store can't be read; any thread.
    std::optional<std::string> trouble() const { return condition_.text(); }
    /// Something was written here: it is looked at now.
    void look_now() { wake_.notify(); }

private:
    Awaitable<store::Result<void>> look();
    void note(const store::Result<void>& looked);
    void tell(const char* event, const std::string& data);

    asio::any_io_executor executor_;
    StorePool& pool_;
    std::chrono::milliseconds interval_;
    std::function<void()> changed_;
    spdlog::logger& log_;
    runtime::Event wake_;
    std::list<std::shared_ptr<http::EventQueue>> queues_;
    std::uint64_t version_ = 0;
    std::size_t firing_ = 0;
    Clock::time_point next_figures_{};
    app::Condition condition_{"the store"};
};

}  // namespace lars::console
