#include "dns/host_lookups.hpp"

#include <utility>

namespace lars::dns {

HostLookups::HostLookups(
    asio::any_io_executor executor,
    NameServers servers,
    OnChange on_change,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(std::move(executor)),
      servers_(std::move(servers)),
      on_change_(std::move(on_change)),
      log_(log),
      found_(metrics.counter(
          "lars_dns_host_lookups_total",
          "Look-ups of hosts that are endpoints, by how they ended",
          {{"outcome", "found"}}
      )),
      failed_(metrics.counter(
          "lars_dns_host_lookups_total",
          "Look-ups of hosts that are endpoints, by how they ended",
          {{"outcome", "failed"}}
      )),
      wake_(executor_) {
    metrics.gauge("lars_dns_hosts", "Hosts that are endpoints", [this] {
        return static_cast<double>(hosts_.load());
    });
    metrics.gauge(
        "lars_dns_hosts_failing",
        "Hosts whose latest look-up failed; they keep the addresses that they had",
        [this] { return static_cast<double>(hosts_failing_.load()); }
    );
}

void HostLookups::set(ModuleId module, const std::set<std::string>& hosts) {
    table_.set(module, hosts, Clock::now());
    note_counts();
    wake_.notify();
}

Awaitable<> HostLookups::run() {
    runtime::Nursery running(executor_, log_);
    auto beginning = begin_all(running);
    co_await running.run(std::move(beginning));
}

Awaitable<> HostLookups::begin_all(runtime::Nursery& running) {
    while (true) {
        while (running_ < kMaxRunning) {
            auto host = table_.begin_due(Clock::now());
            if (!host) break;
            ++running_;
            running.add("host look-up", look_up(std::move(*host)));
        }
        const auto next = running_ < kMaxRunning ? table_.next_due() : Clock::time_point::max();
        co_await wake_.wait_until(next);
    }
}

Awaitable<> HostLookups::look_up(std::string host) {
    auto asking = look_up_host(executor_, host, servers_);
    auto records = co_await std::move(asking);
    --running_;
    note(host, records);
    const auto changed = table_.end(host, std::move(records), Clock::now());
    note_counts();
    wake_.notify();
    if (!changed.empty()) on_change_(changed);
}

void HostLookups::note(const std::string& host, const HostRecords& records) {
    if (records.error.empty()) return found_.add();
    failed_.add();
    const auto kept = table_.addresses(host).size();
    const auto line =
        "endpoint " + host + " isn't found: " + records.error + "; " +
        (kept == 0 ? "it has no addresses yet" : "its " + std::to_string(kept) + " addresses stay");
    if (const auto text = troubles_.note(line, Clock::now())) log_.warn(*text);
}

void HostLookups::note_counts() {
    hosts_ = table_.size();
    hosts_failing_ = table_.failing();
}

}  // namespace lars::dns
