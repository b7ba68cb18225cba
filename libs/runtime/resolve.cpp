#include "runtime/resolve.hpp"

#include "runtime/event.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <mutex>
#include <optional>

namespace lars::runtime {
namespace {

/// Where the thread that looks up and the coroutine that waits meet: either may end first.
struct Reply {
    std::mutex mutex;
    std::optional<HostAddresses> answer;
    // The coroutine's, which are valid until it ends and sets them to null. With them goes what
    // belongs to its io_context, so the thread may outlive that.
    const asio::any_io_executor* executor = nullptr;
    Event* arrived = nullptr;
};

using ReplyPtr = std::shared_ptr<Reply>;

bool deliver(const ReplyPtr& reply, const HostAddresses& answer) {
    const std::lock_guard lock(reply->mutex);
    if (!reply->executor) return false;
    reply->answer = answer;
    auto wake = [reply] {
        if (reply->arrived) reply->arrived->notify();
    };
    asio::post(*reply->executor, std::move(wake));
    return true;
}

std::optional<HostAddresses> answer_in(Reply& reply) {
    const std::lock_guard lock(reply.mutex);
    return reply.answer;
}

asio::ip::address to_address(const HostAddress& address) {
    const asio::ip::address_v6 v6(address.bytes, address.scope);
    if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
    return v6;
}

}  // namespace

Awaitable<Resolved> resolve(
    asio::any_io_executor executor,
    const std::string& host,
    Clock::time_point deadline,
    HostLookup& lookup
) {
    Event arrived(executor);
    const auto reply = std::make_shared<Reply>();
    reply->executor = &executor;
    reply->arrived = &arrived;
    struct Leave {
        Reply& reply;
        ~Leave() {
            const std::lock_guard lock(reply.mutex);
            reply.executor = nullptr;
            reply.arrived = nullptr;
        }
    } const leave{*reply};
    lookup.look_up(host, [reply](const HostAddresses& answer) { return deliver(reply, answer); });

    auto answer = answer_in(*reply);
    while (!answer) {
        const bool in_time = co_await arrived.wait_until(deadline);
        answer = answer_in(*reply);
        if (!in_time) break;
    }
    Resolved out;
    if (answer) {
        out.error = answer->error;
        for (const auto& each : answer->found) out.addresses.push_back(to_address(each));
    } else {
        const bool cancelled = Clock::now() < deadline;
        out.error =
            cancelled ? error_code(asio::error::operation_aborted) : error_code(lookup_timed_out());
    }
    co_return out;
}

}  // namespace lars::runtime
