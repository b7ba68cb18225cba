#pragma once

#include "agent/registration/check_options.hpp"
#include "base/endpoint.hpp"
#include "runtime/asio.hpp"

namespace lars::agent {

/// Checks once whether an instance serves, within the options' timeout. Not for Kind::none. Runs on
/// `executor`; can be cancelled.
Awaitable<CheckResult> run_check(
    asio::any_io_executor executor, CheckOptions options, Endpoint instance
);

}  // namespace lars::agent
