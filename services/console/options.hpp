#pragma once

#include "app/option_set.hpp"
#include "base/endpoint.hpp"
#include "store/engine/url.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace lars::console {

/// What one console is configured with.
struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7780);
    store::Url store;
    /// How long a browser stays signed in.
    std::chrono::milliseconds session{std::chrono::hours(12)};
    /// How often the store is looked at for pages that are open.
    std::chrono::milliseconds poll_interval{250};
    std::uint32_t max_connections = 2'000;
    std::uint32_t max_streams = 1'000;  ///< open pages that are told of changes
};

/// The options of lars-console, besides those of every service.
void describe(app::OptionSet& set, Options& options);

}  // namespace lars::console
