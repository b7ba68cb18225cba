#include "watch.hpp"

#include "lars/client.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace lars::client {

Watch::Watch(Requests& requests, Options options)
    : requests_(requests),
      options_(std::move(options)),
      descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      code_(LARS_SYSTEM_ERROR) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::thread([this] { run(); });
}

Watch::~Watch() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    wake_.notify_one();
    thread_.join();
    ::close(descriptor_);
}

int Watch::read(RouteAnswer& route) {
    std::uint64_t changes = 0;
    [[maybe_unused]] const auto drained = ::read(descriptor_, &changes, sizeof changes);
    const std::lock_guard lock(mutex_);
    route = known_;
    return code_;
}

void Watch::run() {
    do {
        auto route = known_;  // written by this thread only
        const auto code = requests_.watch_route(options_.name, options_.module, route);
        take(code, std::move(route));
    } while (pause());
}

void Watch::take(int code, RouteAnswer route) {
    {
        const std::lock_guard lock(mutex_);
        const bool same = code == code_ && route == known_;
        code_ = code;
        if (same) return;
        // Who doesn't reach the agent goes on with what it has.
        if (code != LARS_SYSTEM_ERROR) known_ = std::move(route);
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    if (options_.changed) options_.changed();
}

bool Watch::pause() {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, options_.interval, [this] { return ends_; });
    return !ends_;
}

}  // namespace lars::client
