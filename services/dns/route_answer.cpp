#include "dns/route_answer.hpp"

#include "base/route.hpp"

#include <optional>

namespace lars::dns {
namespace {

std::uint64_t etag_of_no_route(ModuleId module) {
    Route none;
    none.module = module;
    return etag_of(none);
}

// The change log begins too late, or it says of a removal after that version.
bool removal_is_explained(const RouteQuestion& question, const StoreView& store) {
    const auto version = question.brought.version;
    const bool log_reaches_back = store.log_begin != 0 && store.log_begin <= version + 1;
    const auto removed_at = question.served ? question.served->removed_at : question.removed_at;
    return !log_reaches_back || removed_at > version;
}

std::optional<HoldReason> doubt_of_known_origin(
    const RouteQuestion& question, const StoreView& store
) {
    const auto& brought = question.brought;
    if (brought.store_id != store.identity.id) {
        if (store.identity.has_adopted(brought.store_id)) return {};
        return HoldReason::other_store;
    }
    if (brought.version > store.version) return HoldReason::later_version;
    if (brought.version < store.confirmed_at) return {};
    const auto rows = question.served ? question.served->rows : question.rows;
    const bool may_shrink = question.served && question.served->has_hosts;
    if (brought.rows > rows && !may_shrink && !removal_is_explained(question, store)) {
        return HoldReason::unexplained;
    }
    if (!question.served && store.doubtful) return HoldReason::unexplained;
    return {};
}

// An original agent never says whether it holds a route, and asks for modules that don't exist all
// day: it is left without an answer only where rows are known to be missing.
std::optional<HoldReason> doubt_of_unknown_origin(
    const RouteQuestion& question, const StoreView& store
) {
    if (question.served) return {};
    const bool holds_one = question.brought.etag != 0;
    // A module that was removed here was here: it is this store that the agent's route is from.
    const bool removed = question.removed_at != 0;
    if (store.began_empty && holds_one && !removed) return HoldReason::empty_store;
    if (store.doubtful) return HoldReason::unexplained;
    return {};
}

}  // namespace

// Most publications only raise the version.
Reconsider what_to_reconsider(const StoreView& before, const StoreView& now) {
    auto raised = before;
    raised.version = now.version;
    if (raised != now) return Reconsider::all;
    return before.version == now.version ? Reconsider::none : Reconsider::later_versions;
}

RouteAnswer answer_to(const RouteQuestion& question, const StoreView& store) {
    using Kind = RouteAnswer::Kind;
    const bool ours = question.peer == net::PeerKind::ours;
    const auto etag = question.brought.etag;
    if (question.served && ours && etag == question.served->etag) return {Kind::unchanged};
    const bool holds_none = etag == etag_of_no_route(question.module) || (ours && etag == 0);
    if (question.served && question.served->awaits_hosts) {
        const bool gains = holds_none && !question.served->route.endpoints.empty();
        return gains ? RouteAnswer{Kind::route} : RouteAnswer{Kind::held, HoldReason::unknown_host};
    }
    // Nothing can be said of a module that can't exist but that it doesn't.
    if (!question.module.valid()) return {Kind::route};
    // An agent that holds none loses none.
    if (etag == etag_of_no_route(question.module)) {
        return {question.served ? Kind::route : Kind::unchanged};
    }
    if (ours && etag == 0) return {Kind::route};
    const auto doubt = question.brought.store_id != 0 ? doubt_of_known_origin(question, store)
                                                      : doubt_of_unknown_origin(question, store);
    if (doubt) return {Kind::held, *doubt};
    return {Kind::route};
}

}  // namespace lars::dns
