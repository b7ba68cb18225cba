#pragma once

#include <string>
#include <vector>

namespace lars::admin {

/// Tells dns services, by their addresses (store::DnsPresence), that something was written to their
/// store: each looks at once instead of at its next poll. A word that is lost costs that poll, so
/// nothing is answered, and nothing is an error. Never blocks.
void send_look(const std::vector<std::string>& addresses);

}  // namespace lars::admin
