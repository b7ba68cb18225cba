#include "dns/route_answer.hpp"

#include "base/route.hpp"

namespace lars::dns {
namespace {

std::uint64_t etag_of_no_route(ModuleId module) {
    Route none;
    none.module = module;
    return etag_of(none);
}

}  // namespace

RouteAnswer answer_to(const RouteQuestion& question) {
    const bool ours = question.peer == net::PeerKind::ours;
    if (question.served) {
        const bool has_it = ours && question.etag == *question.served;
        return has_it ? RouteAnswer::unchanged : RouteAnswer::route;
    }
    // Nothing can be said of a module that can't exist but that it doesn't.
    if (!question.module.valid()) return RouteAnswer::route;
    if (question.etag == etag_of_no_route(question.module)) return RouteAnswer::unchanged;
    const bool may_hold_one = question.etag != 0 || !ours;
    return question.doubtful && may_hold_one ? RouteAnswer::nothing : RouteAnswer::route;
}

}  // namespace lars::dns
