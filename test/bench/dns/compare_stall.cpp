#include "compare_stall.hpp"

#include "stamp.hpp"
#include "watcher.hpp"

#include <thread>

namespace lars::bench {

std::vector<double> answer_times(
    const DnsProcess& dns, const SizedTable& table, std::chrono::seconds duration
) {
    Watcher watcher(dns.port());
    std::vector<double> times;
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
        const auto begin = Stamp::now();
        watcher.ask(table.changing(static_cast<int>(times.size())));
        times.push_back(milliseconds(Stamp::now().monotonic - begin.monotonic));
        // So that the asking itself doesn't keep a core busy, which the comparison needs.
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return times;
}

}  // namespace lars::bench
