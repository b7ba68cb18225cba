#include "ack_loser.hpp"

#include "net/frame_reader.hpp"
#include "runtime/listen.hpp"
#include "support/peer.hpp"

#include <boost/asio/write.hpp>
#include <proto/lars.pb.h>

#include <array>

namespace lars::bench {
namespace {

void close(tcp::socket& stream) {
    error_code ignored;  // it may be closed already
    stream.close(ignored);
}

}  // namespace

AckLoser::AckLoser(runtime::Runtime& runtime, std::uint16_t to, double share, spdlog::logger& log)
    : executor_(runtime.executor(0)),
      to_(to),
      share_(share),
      acceptor_(runtime::listen_on(executor_, Endpoint::from_ipv4(0x7F000001, 0))),
      port_(acceptor_.local_endpoint().port()),
      tasks_(executor_, log) {}

void AckLoser::start() {
    tasks_.spawn("relay", accept());
}

Awaitable<> AckLoser::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

Awaitable<> AckLoser::accept() {
    while (true) {
        tcp::socket stream(executor_);
        const auto [failure] = co_await acceptor_.async_accept(stream, nothrow);
        if (failure) continue;
        const auto pair = std::make_shared<Pair>(std::move(stream), executor_);
        const tcp::endpoint to(asio::ip::address_v4::loopback(), to_);
        const auto [refused] = co_await pair->reporter.async_connect(to, nothrow);
        if (refused) continue;
        tasks_.spawn("to the reporter", pass_up(pair));
        tasks_.spawn("to the agent", pass_down(pair));
    }
}

Awaitable<> AckLoser::pass_up(std::shared_ptr<Pair> pair) {
    std::array<std::uint8_t, 16'384> buffer{};
    while (true) {
        const auto [end, size] =
            co_await pair->agent.async_read_some(asio::buffer(buffer), nothrow);
        if (end) break;
        const auto bytes = asio::buffer(buffer.data(), size);
        const auto [broken, written] = co_await asio::async_write(pair->reporter, bytes, nothrow);
        if (broken) break;
    }
    close(pair->agent);
    close(pair->reporter);
}

Awaitable<> AckLoser::pass_down(std::shared_ptr<Pair> pair) {
    net::FrameReader reader(1 << 20);
    bool cut = false;
    while (!cut) {
        const auto budget = reader.prepare();
        const auto into = asio::buffer(budget.data(), budget.size());
        const auto [end, size] = co_await pair->reporter.async_read_some(into, nothrow);
        if (end) break;
        reader.commit(size);
        std::string passed;
        while (const auto frame = reader.next()) {
            cut = frame->id == ID_ReportAck && loses();
            if (cut) break;
            const std::string body(frame->body.begin(), frame->body.end());
            passed += test::frame(frame->id, body);
        }
        const auto bytes = asio::buffer(passed);
        const auto [broken, written] = co_await asio::async_write(pair->agent, bytes, nothrow);
        if (broken) break;
    }
    close(pair->agent);
    close(pair->reporter);
}

bool AckLoser::loses() {
    if (std::uniform_real_distribution()(random_) >= share_) return false;
    ++lost_;
    return true;
}

}  // namespace lars::bench
