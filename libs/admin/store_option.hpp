#pragma once

#include "app/option_set.hpp"
#include "store/engine/url.hpp"

namespace lars::admin {

/// `--store URL`, and in a file either [store] url or the original's [mysql] keys.
void describe_store(app::OptionSet& set, store::Url& url);

/// With its password from the environment. Throws ConfigError when no store was named.
store::Url usable_store(const store::Url& url);

}  // namespace lars::admin
