#include "agent/route_keeper.hpp"

#include "agent/replace_file.hpp"
#include "runtime/listen.hpp"
#include "runtime/run_on.hpp"

#include <boost/asio/steady_timer.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lars::agent {
namespace {

// An agent that is killed has saved every route that it had a second before.
constexpr auto kGather = std::chrono::milliseconds(250);
// Between two writes: a file that takes long to write isn't written all the time.
constexpr int kRestPerWork = 3;

}  // namespace

RouteKeeper::RouteKeeper(
    asio::any_io_executor executor,
    std::string path,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      path_(std::move(path)),
      log_(log),
      changed_(executor),
      writes_(metrics.counter("lars_agent_route_file_writes_total", "Times the file was written")),
      failures_(metrics.counter(
          "lars_agent_route_file_failures_total", "Times the file couldn't be read or written"
      )) {
    if (path_.empty()) {
        log_.info("no --route-file: a restart of the agent needs dns to know any route");
    } else {
        restore();
    }
}

void RouteKeeper::restore() {
    if (std::filesystem::is_directory(path_)) {
        throw runtime::StartError("route file " + path_ + ": a directory; name a file in it");
    }
    std::ifstream in(path_, std::ios::binary);
    if (!in) {
        const bool missing = !std::filesystem::exists(path_);
        if (!missing) failures_.add();
        log_.log(
            missing ? spdlog::level::info : spdlog::level::err,
            "route file {}: {}",
            path_,
            missing ? "none yet" : std::strerror(errno)
        );
        return;
    }
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto records = RouteFile::decode(bytes);
    if (!records) return put_aside(records.error().why);
    for (auto& record : *records) {
        file_.set(record.route.module, std::move(record.bytes));
        restored_.push_back(std::move(record.route));
    }
    for (auto& name : records->names) {
        file_.set_name(name);
        restored_names_.push_back(std::move(name));
    }
    log_.info("route file {}: {} modules known from before", path_, restored_.size());
}

void RouteKeeper::put_aside(const std::string& why) {
    failures_.add();
    const auto aside = path_ + ".refused";
    std::error_code error;
    std::filesystem::rename(path_, aside, error);
    if (error) {
        log_.error("route file {}: {}; not used, nor kept: {}", path_, why, error.message());
    } else {
        log_.error("route file {}: {}; not used, and kept as {}", path_, why, aside);
    }
}

void RouteKeeper::on_route(const RouteUpdate& update) {
    if (path_.empty()) return;
    const auto module = update.endpoint_table->module();
    if (update.endpoint_table->size() == 0) {
        file_.erase(module);
    } else {
        file_.set(module, update.bytes);
    }
    dirty_ = true;
    changed_.notify();
}

void RouteKeeper::on_name(const NameUpdate& update) {
    if (path_.empty()) return;
    file_.set_name(update);
    dirty_ = true;
    changed_.notify();
}

void RouteKeeper::on_origin(ModuleId module, const RouteOrigin& origin) {
    if (path_.empty()) return;
    file_.set_origin(module, origin);
    dirty_ = true;
    changed_.notify();
}

Awaitable<> RouteKeeper::run() {
    asio::steady_timer timer(executor_);
    while (true) {
        if (!dirty_) co_await changed_.wait();
        timer.expires_after(kGather);
        const auto [ended] = co_await timer.async_wait(nothrow);
        if (ended) co_return;  // flush() writes what is left
        const auto begun = Clock::now();
        dirty_ = false;
        writing_ = true;
        auto job = [path = path_, bytes = file_.encode()] { return replace_file(path, bytes); };
        auto writing = runtime::run_on(writer_.get_executor(), std::move(job));
        const auto failure = co_await std::move(writing);
        writing_ = false;
        if (!failure.empty() && !failing_) log_.error("route file: {}; trying again", failure);
        failing_ = !failure.empty();
        (failing_ ? failures_ : writes_).add();
        if (failing_) dirty_ = true;
        timer.expires_after((Clock::now() - begun) * kRestPerWork);
        co_await timer.async_wait(nothrow);
    }
}

void RouteKeeper::flush() {
    // A write that was given up on may be under way.
    writer_.join();
    if (!dirty_ && !writing_) return;
    const auto failure = replace_file(path_, file_.encode());
    if (!failure.empty()) log_.error("route file: {}", failure);
}

}  // namespace lars::agent
