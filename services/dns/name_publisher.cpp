#include "dns/name_publisher.hpp"

#include "base/module_name.hpp"
#include "runtime/listen.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"

namespace lars::dns {
namespace {

BroughtName brought_by(const NameRequest& request) {
    BroughtName brought;
    brought.known = request.known();
    if (!brought.known) return brought;
    brought.module = wire::module_of(request);
    brought.store_id = request.store_id();
    brought.version = request.version();
    return brought;
}

}  // namespace

NamePublisher::NamePublisher(
    const SubscriptionLimits& limits,
    SubscriptionCounts& counts,
    OnHeld on_held,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : subscriptions_(limits, counts),
      on_held_(std::move(on_held)),
      log_(log),
      requests_(metrics.counter("lars_dns_name_requests_total", "NameRequests")),
      missing_(metrics.counter(
          "lars_dns_names_missing_total", "NameRequests of names that stand for no module"
      )),
      aliases_(metrics.counter(
          "lars_dns_alias_requests_total", "NameRequests of names that are aliases of others"
      )),
      pushes_(metrics.counter(
          "lars_dns_name_pushes_total", "Names sent because they stand for something else"
      )),
      refused_(metrics.counter(
          "lars_dns_subscriptions_refused_total", "Requests above a limit on subscriptions"
      )),
      unanswered_(metrics.counter(
          "lars_dns_unanswered_total", "Requests left unanswered, because the store may be wrong"
      )) {}

void NamePublisher::handle_request(
    net::Session& session, const NameRequest& request, const StoreView& store
) {
    const auto& name = request.name();
    if (request.leave()) {
        subscriptions_.remove(session, name);
        release(session, name);
        return;
    }
    requests_.add();
    const auto* served = find(name);
    if (!served) missing_.add();
    if (served && !served->target.empty()) aliases_.add();
    const bool subscribed =
        why_no_name(name).empty() && subscribe(session, name, served ? Kind::known : Kind::unknown);
    const auto brought = brought_by(request);
    const auto doubt = doubt_about(name, brought, store);
    if (!doubt) {
        release(session, name);
        session.send(ID_NameResponse, response_for(name, store));
        return;
    }
    unanswered_.add();
    // Who isn't subscribed is sent no changes anyway.
    if (subscribed) hold(session, {name, brought, *doubt});
}

bool NamePublisher::subscribe(net::Session& session, const std::string& name, Kind kind) {
    if (subscriptions_.add(session, name, kind)) {
        subscriptions_.take_refusals(session);
        return true;
    }
    refused_.add();
    if (!subscriptions_.note_refusal(session)) return false;
    const auto& remote = session.remote();
    log_.warn(
        "agent {} asks for more names than --max-subscriptions, or for more that stand for nothing "
        "than --max-unknown-subscriptions: it hears of changes of the others only when it asks "
        "again",
        to_string(runtime::to_endpoint(remote.address(), remote.port()))
    );
    return false;
}

void NamePublisher::remove(net::Session& session) {
    subscriptions_.remove(session);
    for (const auto& held : left_alone_.release(session)) on_held_(Change::released, held);
}

std::vector<ModuleId> NamePublisher::publish(
    const Publication& publication, const StoreView& store, Reconsider which
) {
    std::vector<ModuleId> renamed;
    if (publication.whole) removed_at_.clear();
    for (const auto& each : publication.name_removals) removed_at_[each.module] = each.version;
    for (const auto& name : publication.names) set_name(name, store, renamed);
    if (which != Reconsider::none && !left_alone_.empty()) {
        for (const auto& name : left_alone_.keys()) reconsider(name, store, which);
    }
    return renamed;
}

void NamePublisher::set_name(
    const NamePtr& name, const StoreView& store, std::vector<ModuleId>& renamed
) {
    const auto found = names_.find(name->name);
    const auto before = found == names_.end() ? NamePtr() : found->second;
    if (name->missing) {
        names_.erase(name->name);
    } else {
        names_[name->name] = name;
    }
    subscriptions_.set_kind(name->name, name->missing ? Kind::unknown : Kind::known);
    if (before && before->target.empty()) {
        const auto called = of_modules_.find(before->module);
        if (called != of_modules_.end() && called->second == name->name) {
            of_modules_.erase(called);
            renamed.push_back(before->module);
        }
    }
    if (!name->missing && name->target.empty()) {
        of_modules_[name->module] = name->name;
        renamed.push_back(name->module);
    }
    const bool same = before && !name->missing && before->module == name->module &&
                      before->target == name->target;
    if (!same) push(name->name, store);
    if (!left_alone_.empty()) reconsider(name->name, store, Reconsider::all);
}

// Sending only queues, so the set of subscribers doesn't change under the loop.
void NamePublisher::push(const std::string& name, const StoreView& store) {
    wire::EncodedFrame frame;
    for (auto* session : subscriptions_.of(name)) {
        if (!left_alone_.empty() && left_alone_.find(*session, name)) continue;
        if (!frame) frame = wire::encode_frame(ID_NameResponse, response_for(name, store));
        session->send(frame);
        pushes_.add();
    }
}

void NamePublisher::reconsider(const std::string& name, const StoreView& store, Reconsider which) {
    for (auto* session : left_alone_.of(name)) {
        auto held = *left_alone_.find(*session, name);
        const bool later = held.reason == HoldReason::later_version;
        if (which == Reconsider::later_versions && !later) continue;
        const auto doubt = doubt_about(name, held.brought, store);
        if (doubt) {
            held.reason = *doubt;
            hold(*session, held);
        } else {
            release(*session, name);
            session->send(ID_NameResponse, response_for(name, store));
        }
    }
}

std::optional<HoldReason> NamePublisher::doubt_about(
    const std::string& name, const BroughtName& brought, const StoreView& store
) const {
    NameQuestion question;
    question.brought = brought;
    question.served = find(name);
    const auto removed = removed_at_.find(brought.module);
    if (removed != removed_at_.end()) question.removed_at = removed->second;
    return doubt_of(question, store);
}

const PublishedName* NamePublisher::find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second.get();
}

NameResponse NamePublisher::response_for(const std::string& name, const StoreView& store) const {
    NameResponse response;
    response.set_name(name);
    response.set_store_id(store.identity.id);
    response.set_version(store.version);
    const auto* served = find(name);
    if (!served) {
        response.set_missing(true);
        return response;
    }
    wire::set_module(served->module, response);
    response.set_target(served->target);
    if (served->store_id == 0) return response;
    response.set_store_id(served->store_id);
    response.set_version(served->version);
    return response;
}

void NamePublisher::hold(net::Session& session, const HeldName& held) {
    const auto* before = left_alone_.find(session, held.name);
    if (before && before->brought == held.brought && before->reason == held.reason) return;
    release(session, held.name);
    left_alone_.hold(session, held);
    on_held_(Change::held, held);
}

void NamePublisher::release(net::Session& session, const std::string& name) {
    if (left_alone_.empty()) return;
    const auto held = left_alone_.release(session, name);
    if (held) on_held_(Change::released, *held);
}

const std::string& NamePublisher::name_of(ModuleId module) const {
    static const std::string none;
    const auto found = of_modules_.find(module);
    return found == of_modules_.end() ? none : found->second;
}

}  // namespace lars::dns
