#include "runtime/own_thread.hpp"

#include <boost/asio/co_spawn.hpp>

namespace lars::runtime {

void OwnThread::start() {
    part_->start();
    thread_ = std::thread([this] { context_.run(); });
}

Awaitable<> OwnThread::stop() {
    auto stopping = part_->stop();
    co_await asio::co_spawn(executor(), std::move(stopping), asio::deferred);
    guard_.reset();
    thread_.join();
}

}  // namespace lars::runtime
