#include "runtime/listen.hpp"

#include "support/catch.hpp"

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

using namespace lars;
using Catch::Matchers::Contains;

namespace {

// Of a network that is reserved for documentation.
const auto kAbsent = Endpoint::from_ipv4(0xC6336407, 0);  // 198.51.100.7

void set_address(const char* interface, const char* address) {
    const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::string(interface).copy(request.ifr_name, IFNAMSIZ - 1);
    if (address != nullptr) {
        auto* const to = reinterpret_cast<sockaddr_in*>(&request.ifr_addr);
        to->sin_family = AF_INET;
        ::inet_pton(AF_INET, address, &to->sin_addr);
        ::ioctl(socket, SIOCSIFADDR, &request);
    } else {
        request.ifr_flags = IFF_UP | IFF_RUNNING;
        ::ioctl(socket, SIOCSIFFLAGS, &request);
    }
    ::close(socket);
}

/// Runs in a process with a network of its own; its exit status, or nothing where that isn't
/// allowed.
std::optional<int> in_own_network(const std::function<int()>& body) {
    const auto child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) ::_exit(99);
        set_address("lo", nullptr);
        ::_exit(body());
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    if (WEXITSTATUS(status) == 99) return {};
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("an address that isn't there yet is listened on, and named") {
    asio::io_context context;
    const auto acceptor = runtime::listen_on(context.get_executor(), kAbsent);
    CHECK(acceptor.is_open());
    const auto socket = runtime::bind_to(context.get_executor(), kAbsent);
    CHECK(socket.local_endpoint().address().to_string() == "198.51.100.7");
    auto where = kAbsent;
    where.port = 7778;
    CHECK(
        runtime::why_unreachable(where) ==
        "198.51.100.7 isn't an address of this host yet: nobody "
        "comes to port 7778 there until it is"
    );
    const auto v6 = *parse_endpoint("[2001:db8::7]:7778");
    CHECK(runtime::why_unreachable(v6));
    CHECK(runtime::bind_to(context.get_executor(), v6).is_open());
    for (const auto* here : {"127.0.0.1:1", "0.0.0.0:1", "[::]:1"}) {
        CHECK_FALSE(runtime::why_unreachable(*parse_endpoint(here)));
    }
}

TEST_CASE("a port that is taken stays an error, also of an address that isn't there yet") {
    asio::io_context context;
    for (auto where : {Endpoint::from_ipv4(0x7F000001, 0), kAbsent}) {
        const auto first = runtime::listen_on(context.get_executor(), where);
        where.port = first.local_endpoint().port();
        CHECK_THROWS_WITH(
            runtime::listen_on(context.get_executor(), where),
            Contains("another program has this port")
        );
    }
}

TEST_CASE("once the address comes, connections come") {
    const auto status = in_own_network([] {
        asio::io_context context;
        auto acceptor = runtime::listen_on(context.get_executor(), kAbsent);
        const auto where = acceptor.local_endpoint();
        if (!runtime::why_unreachable(kAbsent)) return 1;
        set_address("lo", "198.51.100.7");
        if (runtime::why_unreachable(kAbsent)) return 2;
        tcp::socket client(context);
        error_code error;
        client.connect(where, error);
        if (error) return 3;
        acceptor.non_blocking(false);
        acceptor.accept(error);
        return error ? 4 : 0;
    });
    if (!status) return;  // no such right here
    CHECK(*status == 0);
}
