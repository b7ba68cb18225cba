#pragma once

#include "app/repeated_line.hpp"
#include "dns/host_table.hpp"
#include "dns/look_up_host.hpp"
#include "metrics/registry.hpp"
#include "runtime/event.hpp"
#include "runtime/nursery.hpp"

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace lars::dns {

/// Looks up the hosts that modules name as endpoints, again and again as HostTable says. Belongs to
/// one executor.
class HostLookups {
public:
    /// What is known of these modules' hosts has changed.
    using OnChange = std::function<void(const std::vector<ModuleId>&)>;

    /// At a time; the others wait for their turn.
    static constexpr std::size_t kMaxRunning = 64;

    HostLookups(
        asio::any_io_executor executor,
        NameServers servers,
        OnChange on_change,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Which hosts a module names from now on.
    void set(ModuleId module, const std::set<std::string>& hosts);
    const HostTable& table() const { return table_; }

    /// Until it is cancelled; then no look-up is left.
    Awaitable<> run();

private:
    Awaitable<> begin_all(runtime::Nursery& running);
    Awaitable<> look_up(std::string host);
    void note(const std::string& host, const HostRecords& records);
    void note_counts();

    asio::any_io_executor executor_;
    NameServers servers_;
    OnChange on_change_;
    spdlog::logger& log_;
    metrics::Counter& found_;
    metrics::Counter& failed_;
    HostTable table_;
    std::size_t running_ = 0;
    app::RepeatedLine troubles_;
    // Read by whoever asks for the metrics.
    std::atomic<std::size_t> hosts_{0};
    std::atomic<std::size_t> hosts_failing_{0};
    runtime::Event wake_;
};

}  // namespace lars::dns
