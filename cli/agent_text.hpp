#pragma once

#include <string>

namespace lars::cli {

/// "host:port[/shards]", as the client wants it, of what people write: a host, an IPv6 address with
/// or without brackets, each with or without a port (8888) and shards. An IPv6 address without
/// brackets has no port.
std::string agent_text(const std::string& text);

}  // namespace lars::cli
