#pragma once

#include "runtime/asio.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <sys/types.h>

#include <string>

namespace lars::agent {

using LocalSocket = asio::local::stream_protocol::socket;
using LocalAcceptor = asio::local::stream_protocol::acceptor;

/// A socket that listens at a path, for its user and group only (mode 0660), with the group `lars`
/// if there is one and this process may give it. One that was left there is replaced; where
/// somebody still listens, StartError says so.
LocalAcceptor listen_at(const asio::any_io_executor& executor, const std::string& path);

/// Who is at the other end, as the kernel says.
struct LocalPeer {
    pid_t pid = 0;
    uid_t uid = 0;
};
LocalPeer peer_of(LocalSocket& socket);

}  // namespace lars::agent
