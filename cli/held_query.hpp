#pragma once

#include "cli/arguments.hpp"
#include "runtime/peer_address.hpp"

#include <proto/lars.pb.h>

namespace lars::cli {

/// What one dns holds back, within some seconds. Throws Failure.
HeldResponse query_held(const runtime::PeerAddress& dns);

}  // namespace lars::cli
