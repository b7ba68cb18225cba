#include "agent/registration/process.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lars::agent {
namespace {

using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

// Linux has it since 5.3; the C library since much later.
int open_process(std::int32_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

}  // namespace

Awaitable<CheckResult> await_end(
    asio::any_io_executor executor, std::int32_t pid, std::chrono::milliseconds time
) {
    CheckResult result;
    const int opened = open_process(pid);
    if (opened < 0) {
        const bool gone = errno == ESRCH;
        result.reason =
            "process " + std::to_string(pid) +
            (gone ? " has ended" : std::string(" can't be watched: ") + std::strerror(errno));
        co_return result;
    }
    asio::posix::stream_descriptor process(executor, opened);
    asio::steady_timer timer(executor, time);
    auto race = make_parallel_group(
        process.async_wait(asio::posix::stream_descriptor::wait_read, asio::deferred),
        timer.async_wait(asio::deferred)
    );
    const auto [order, ended, late] = co_await race.async_wait(wait_for_one(), asio::deferred);
    result.passed = order[0] != 0;
    if (!result.passed) result.reason = "process " + std::to_string(pid) + " has ended";
    co_return result;
}

}  // namespace lars::agent
