#pragma once

#include "runtime/part.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <string>
#include <thread>

namespace lars::runtime {

/// A context beside those of a runtime, with a thread that runs from the start of one part to its
/// stop: for what is to answer although other threads are stuck.
///
///     OwnThread thread;
///     Server server(thread.executor(), …);
///     thread.run(server);   // `thread` is the part that the runtime starts and stops
///
/// Dies after the part. After Runtime::Ended::forced its thread still runs: leave the process.
class OwnThread final : public Part {
public:
    asio::any_io_executor executor() { return context_.get_executor(); }
    /// Which part it is; before start().
    void run(Part& part) { part_ = &part; }

    std::string name() const override { return part_->name(); }
    /// Throws what the part's start() throws.
    void start() override;
    Awaitable<> stop() override;

private:
    using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

    asio::io_context context_{1};
    WorkGuard guard_{context_.get_executor()};
    Part* part_ = nullptr;
    std::thread thread_;
};

}  // namespace lars::runtime
