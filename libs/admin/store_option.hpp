#pragma once

#include "app/option_set.hpp"
#include "store/engine/url.hpp"

namespace lars::admin {

/// `--store URL`, and in a file either [store] url or the original's [mysql] keys. One must be
/// named; each reading fills in its password, from the environment.
void describe_store(app::OptionSet& set, store::Url& url);

}  // namespace lars::admin
