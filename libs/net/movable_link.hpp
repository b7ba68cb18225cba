#pragma once

#include "net/link.hpp"
#include "runtime/nursery.hpp"

#include <optional>
#include <string>
#include <utility>

namespace lars::net {

/// A link whose options may change while it runs: its peers above all. It then ends the connection
/// that it has, and begins anew with the other ones.
///
/// Belongs to one executor; connected() may be called by any thread.
class MovableLink {
public:
    /// As of Link.
    MovableLink(
        asio::any_io_executor executor,
        std::string name,
        LinkOptions options,
        wire::Identity self,
        metrics::Registry& metrics,
        spdlog::logger& log
    )
        : executor_(std::move(executor)),
          name_(std::move(name)),
          options_(std::move(options)),
          self_(self),
          metrics_(metrics),
          log_(log),
          connected_(connected_gauge(name_, metrics)),
          changed_(executor_) {}

    /// Link::run(), of one link after another.
    template <class... Callbacks>
    Awaitable<> run(Callbacks... callbacks) {
        while (true) {
            link_.emplace(executor_, name_, options_, self_, metrics_, log_);
            runtime::Nursery nursery(executor_, log_);
            nursery.add("link", link_->run(callbacks...));
            auto waiting = changed_.wait();
            co_await nursery.run(std::move(waiting));
        }
    }

    /// Without effect when the peers are the same, and expected to be the same.
    void set_options(LinkOptions options) {
        const bool same = options.peers == options_.peers && options.expected == options_.expected;
        if (same) return;
        options.backoff.max = std::min(options.backoff.max, options_.backoff.max);
        options_ = std::move(options);
        changed_.notify();
    }

    /// As of Link.
    void set_max_backoff(std::chrono::milliseconds max) {
        options_.backoff.max = max;
        if (link_) link_->set_max_backoff(max);
    }

    const std::vector<runtime::PeerAddress>& peers() const { return options_.peers; }
    bool connected() const { return connected_.value() > 0; }

private:
    asio::any_io_executor executor_;
    std::string name_;
    LinkOptions options_;
    wire::Identity self_;
    metrics::Registry& metrics_;
    spdlog::logger& log_;
    metrics::Gauge& connected_;
    std::optional<Link> link_;
    runtime::Event changed_;
};

}  // namespace lars::net
