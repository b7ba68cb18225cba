#pragma once

#include "runtime/runtime.hpp"
#include "runtime/task_group.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>

namespace lars::bench {

/// A TCP relay before a reporter that loses acknowledgements: instead of passing one on, it may cut
/// the connection, which is the only way in which TCP loses anything.
class AckLoser : public runtime::Part {
public:
    AckLoser(runtime::Runtime& runtime, std::uint16_t to, double share, spdlog::logger& log);

    std::string name() const override { return "ack loser"; }
    void start() override;
    Awaitable<> stop() override;

    std::uint16_t port() const { return port_; }
    /// Any thread.
    std::uint64_t lost() const { return lost_; }
    /// From now on everything passes.
    void be_good() { share_ = 0; }

private:
    struct Pair {
        explicit Pair(tcp::socket from, const asio::any_io_executor& executor)
            : agent(std::move(from)), reporter(executor) {}
        tcp::socket agent;
        tcp::socket reporter;
    };

    Awaitable<> accept();
    Awaitable<> pass_up(std::shared_ptr<Pair> pair);
    Awaitable<> pass_down(std::shared_ptr<Pair> pair);
    bool loses();

    asio::any_io_executor executor_;
    std::uint16_t to_;
    std::atomic<double> share_;
    tcp::acceptor acceptor_;
    std::uint16_t port_;
    std::mt19937 random_{1};
    std::atomic<std::uint64_t> lost_{0};
    runtime::TaskGroup tasks_;
};

}  // namespace lars::bench
