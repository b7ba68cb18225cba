#include "base/endpoint.hpp"
#include "dns/look_up_host.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"
#include "support/dnsmasq.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <signal.h>

using namespace lars;
using namespace lars::dns;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> texts(const HostRecords& records) {
    std::vector<std::string> out;
    for (const auto& each : records.addresses) out.push_back(address_to_string({each, 0}));
    return out;
}

HostRecords look_up(const std::string& host, const NameServers& servers) {
    asio::io_context context(1);
    return await(context, look_up_host(context.get_executor(), host, servers));
}

}  // namespace

TEST_CASE("a host has all addresses of both families, for as long as its name server says") {
    const Dnsmasq server(
        {{"db.example", {"10.0.0.2", "10.0.0.1", "2001:db8::1"}}, {"six.example", {"2001:db8::6"}}},
        7
    );
    const NameServers servers{.servers = server.address()};
    const auto records = look_up("db.example", servers);
    CHECK(records.error.empty());
    CHECK(texts(records) == std::vector<std::string>{"10.0.0.1", "10.0.0.2", "2001:db8::1"});
    CHECK(records.ttl == 7s);
    CHECK(texts(look_up("six.example", servers)) == std::vector<std::string>{"2001:db8::6"});
    const auto none = look_up("nobody.example", servers);
    CHECK_FALSE(none.error.empty());
    CHECK(none.addresses.empty());
}

TEST_CASE("a name server that is elsewhere is asked after one that isn't there") {
    const Dnsmasq server({{"db.example", {"10.0.0.1"}}}, 7);
    const NameServers servers{.servers = "127.0.0.1:9," + server.address(), .timeout = 100ms};
    CHECK(texts(look_up("db.example", servers)) == std::vector<std::string>{"10.0.0.1"});
}

TEST_CASE("a name server that never answers holds up its look-up only, and that ends") {
    Dnsmasq server({{"db.example", {"10.0.0.1"}}}, 7);
    server.send_signal(SIGSTOP);
    const NameServers servers{.servers = server.address(), .timeout = 50ms};
    CHECK_FALSE(look_up("db.example", servers).error.empty());

    asio::io_context context(1);
    asio::cancellation_signal cancel;
    std::exception_ptr ended_by;
    bool ended = false;
    const NameServers patient{.servers = server.address(), .timeout = 1h};
    asio::co_spawn(
        context,
        look_up_host(context.get_executor(), "db.example", patient),
        asio::bind_cancellation_slot(
            cancel.slot(),
            [&](std::exception_ptr failure, const HostRecords&) {
                ended = true;
                ended_by = std::move(failure);
            }
        )
    );
    context.poll();
    CHECK_FALSE(ended);
    cancel.emit(asio::cancellation_type::terminal);
    context.run();
    CHECK(ended);
    CHECK(ended_by);
    server.send_signal(SIGCONT);
}

TEST_CASE("name servers that can't be read are said") {
    CHECK_FALSE(look_up("db.example", {.servers = "no address"}).error.empty());
    CHECK_FALSE(look_up(std::string(300, 'x'), {.servers = "127.0.0.1:9"}).error.empty());
}
