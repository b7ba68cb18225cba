#pragma once

namespace lars::lb {

/// What the caller says about the call for which it wants an endpoint; it holds during one pick.
/// Empty for now: the caller's zone, a hash key, a tag selector, endpoints to leave out and the
/// number of the attempt come next, and every policy gets them from here.
struct PickContext {};

}  // namespace lars::lb
