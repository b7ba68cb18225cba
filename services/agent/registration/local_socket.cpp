#include "agent/registration/local_socket.hpp"

#include "runtime/start_error.hpp"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lars::agent {
namespace {

using Protocol = asio::local::stream_protocol;

constexpr const char* kGroup = "lars";
constexpr mode_t kMode = 0660;

bool somebody_listens(const asio::any_io_executor& executor, const Protocol::endpoint& where) {
    error_code error;
    LocalSocket socket(executor);
    socket.connect(where, error);
    return !error;
}

// Only a socket is replaced: whatever else is there isn't ours.
void remove_left(const asio::any_io_executor& executor, const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) {
        throw runtime::StartError(
            "socket " + path + ": there is something else; name another path"
        );
    }
    if (somebody_listens(executor, Protocol::endpoint(path))) {
        throw runtime::StartError("socket " + path + ": another agent listens there; stop it");
    }
    ::unlink(path.c_str());
}

void give_to_group(const std::string& path) {
    const auto* group = ::getgrnam(kGroup);
    if (group == nullptr) return;
    // Who may not give it away runs as that group, or serves itself only.
    static_cast<void>(::lchown(path.c_str(), static_cast<uid_t>(-1), group->gr_gid) == 0);
}

}  // namespace

LocalAcceptor listen_at(const asio::any_io_executor& executor, const std::string& path) {
    if (path.size() >= sizeof(sockaddr_un{}.sun_path)) {
        throw runtime::StartError("socket " + path + ": the path is too long for a socket");
    }
    remove_left(executor, path);
    LocalAcceptor acceptor(executor);
    error_code error;
    acceptor.open(Protocol(), error);
    // Before it is bound, so that it is never there for others; the umask may take more from that.
    if (!error) ::fchmod(acceptor.native_handle(), kMode);
    if (!error) acceptor.bind(Protocol::endpoint(path), error);
    if (!error) give_to_group(path);
    if (!error) ::chmod(path.c_str(), kMode);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) throw runtime::StartError("socket " + path + ": " + error.message());
    return acceptor;
}

LocalPeer peer_of(LocalSocket& socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return {};
    }
    return {credentials.pid, credentials.uid};
}

}  // namespace lars::agent
