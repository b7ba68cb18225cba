#pragma once

#include "figures.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <atomic>

namespace lars::bench {

/// The CPU time of the longest handler that each context of a runtime has run: run() is for
/// net::Runtime::Options::run_context.
class HandlerTimes {
public:
    static constexpr std::size_t kMaxContexts = 8;

    void run(boost::asio::io_context& context, std::size_t index) {
        auto& longest = longest_us_.at(index);
        auto begin = thread_cpu_us();
        while (context.run_one() > 0) {
            const auto end = thread_cpu_us();
            if (end - begin > longest) longest = end - begin;
            begin = end;
        }
    }

    /// Since the last time; any thread.
    double take_us(std::size_t index) { return longest_us_.at(index).exchange(0); }

private:
    std::array<std::atomic<double>, kMaxContexts> longest_us_{};
};

}  // namespace lars::bench
