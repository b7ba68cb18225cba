#pragma once

#include "dns/held_routes.hpp"
#include "dns/publication.hpp"
#include "dns/subscriptions.hpp"
#include "metrics/registry.hpp"
#include "net/session.hpp"

#include <proto/lars.pb.h>
#include <spdlog/logger.h>

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lars::dns {

/// The names that one context serves, and which of its sessions is subscribed to which: answers
/// NameRequests, and pushes what a name stands for when that changes. Sessions that may hold what
/// the store has lost are left alone (HeldNames), and asked about again when it changes.
///
/// Belongs to its context and locks nothing.
class NamePublisher {
public:
    enum class Change { held, released };
    using OnHeld = std::function<void(Change, const HeldName&)>;

    /// `counts` is shared by all contexts; both must outlive this.
    NamePublisher(
        const SubscriptionLimits& limits,
        SubscriptionCounts& counts,
        OnHeld on_held,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void handle_request(net::Session& session, const NameRequest& request, const StoreView& store);
    void remove(net::Session& session);
    void set_limits(const SubscriptionLimits& limits) { subscriptions_.set_limits(limits); }

    /// Takes new names over, and pushes each to its subscribers. Answers the modules that are
    /// called otherwise than before.
    std::vector<ModuleId> publish(
        const Publication& publication, const StoreView& store, Reconsider which
    );
    /// What a module is called; empty: it has no name.
    const std::string& name_of(ModuleId module) const;

private:
    using Kind = NameSubscriptions::Kind;

    bool subscribe(net::Session& session, const std::string& name, Kind kind);
    void set_name(const NamePtr& name, const StoreView& store, std::vector<ModuleId>& renamed);
    void reconsider(const std::string& name, const StoreView& store, Reconsider which);
    std::optional<HoldReason> doubt_about(
        const std::string& name, const BroughtName& brought, const StoreView& store
    ) const;
    const PublishedName* find(const std::string& name) const;
    NameResponse response_for(const std::string& name, const StoreView& store) const;
    void push(const std::string& name, const StoreView& store);
    void hold(net::Session& session, const HeldName& held);
    void release(net::Session& session, const std::string& name);

    std::unordered_map<std::string, NamePtr> names_;
    std::unordered_map<ModuleId, std::string> of_modules_;
    std::unordered_map<ModuleId, std::uint64_t> removed_at_;
    NameSubscriptions subscriptions_;
    HeldNames left_alone_;
    OnHeld on_held_;
    spdlog::logger& log_;
    metrics::Counter& requests_;
    metrics::Counter& missing_;
    metrics::Counter& aliases_;
    metrics::Counter& pushes_;
    metrics::Counter& refused_;
    metrics::Counter& unanswered_;
};

}  // namespace lars::dns
