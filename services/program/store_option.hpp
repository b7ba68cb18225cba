#pragma once

#include "config/option_set.hpp"
#include "store/url.hpp"

namespace lars::program {

/// `--store URL`, and in a file either [store] url or the original's [mysql] keys.
void describe_store(config::OptionSet& set, store::Url& url);

/// With its password from the environment. Throws config::Error when no store was named.
store::Url usable_store(const store::Url& url);

}  // namespace lars::program
