#include "net/udp_socket.hpp"

#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/wait.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <set>
#include <vector>

using namespace lars;
using namespace lars::test;

TEST_CASE("a UDP socket takes empty datagrams, and goes on after a peer refused one") {
    asio::io_context context(1);
    net::UdpSocket socket(context.get_executor(), Endpoint::from_ipv4(0x7F000001, 0));
    {
        UdpPeer gone(socket.local().port);
        gone.send("x");
        std::optional<net::Datagram> datagram;
        REQUIRE(eventually([&] { return (datagram = socket.receive()).has_value(); }));
        const auto from = datagram->from;
        UdpPeer sink(socket.local().port);
        socket.send(from, datagram->bytes);
        CHECK(socket.take_unsent() == 0);
    }
    UdpPeer peer(socket.local().port);
    peer.send("");
    std::optional<net::Datagram> datagram;
    REQUIRE(eventually([&] { return (datagram = socket.receive()).has_value(); }));
    CHECK(datagram->bytes.empty());
    CHECK_FALSE(socket.receive());
}

TEST_CASE("a UDP socket tells what the kernel granted, keeps waiting and dropped") {
    asio::io_context context(1);
    const auto loopback = Endpoint::from_ipv4(0x7F000001, 0);
    net::UdpSocket socket(context.get_executor(), loopback, {.receive = 8'192, .send = 16'384});
    CHECK(socket.buffers().receive == 8'192);
    CHECK(socket.buffers().send == 16'384);
    CHECK(socket.queue().bytes == 0);

    constexpr std::uint32_t kSent = 1'000;
    UdpPeer peer(socket.local().port);
    for (std::uint32_t i = 0; i < kSent; ++i) peer.send("x");
    CHECK(socket.queue().bytes > 0);
    std::uint32_t received = 0;
    while (socket.receive()) ++received;
    CHECK(received > 0);
    CHECK(received + socket.queue().dropped == kSent);
    CHECK(socket.queue().bytes == 0);
}

TEST_CASE("a UDP socket answers a burst whole, and counts what can't be sent") {
    const auto* address = GENERATE("127.0.0.1", "::1");
    asio::io_context context(1);
    const auto where = runtime::to_endpoint(asio::ip::make_address(address), 0);
    net::UdpSocket socket(context.get_executor(), where);
    const auto to = runtime::to_address(where);
    udp::socket peer(context, udp::endpoint(to, 0));
    const udp::endpoint server(to, socket.local().port);
    const net::UdpSource nowhere{udp::endpoint(to, 0), {}};

    constexpr std::size_t kBurst = 100;
    constexpr std::size_t kLarge = 5'000;
    const auto numbered = [](std::size_t i) {
        const auto size = i % 10 == 0 ? kLarge + i : i;
        return std::vector<std::uint8_t>(size, static_cast<std::uint8_t>(i));
    };
    for (std::size_t i = 0; i < kBurst; ++i) {
        peer.send_to(asio::buffer(numbered(i)), server);
    }
    for (std::size_t i = 0; i < kBurst; ++i) {
        const auto datagram = socket.receive();
        REQUIRE(datagram);
        CHECK(datagram->from.peer == peer.local_endpoint());
        CHECK(std::ranges::equal(datagram->bytes, numbered(i)));
        socket.send(i % 7 == 0 ? nowhere : datagram->from, datagram->bytes);
    }
    CHECK_FALSE(socket.receive());
    CHECK(socket.take_unsent() == 15);
    CHECK(socket.take_unsent() == 0);

    std::set<std::size_t> answered;
    peer.non_blocking(true);
    while (true) {
        error_code error;
        std::vector<std::uint8_t> bytes(2 * kLarge);
        const auto size = peer.receive(asio::buffer(bytes), 0, error);
        if (error) break;
        bytes.resize(size);
        const auto i = size >= kLarge ? size - kLarge : size;
        CHECK(bytes == numbered(i));
        answered.insert(i);
    }
    CHECK(answered.size() == kBurst - 15);
    CHECK(answered.count(7) == 0);
}

TEST_CASE("a UDP socket on all addresses answers from the one that was asked") {
    const auto [everywhere, asked] = GENERATE(
        std::pair("0.0.0.0", "127.0.0.1"),
        std::pair("0.0.0.0", "127.0.0.2"),
        std::pair("::", "::1"),
        // IPv4 that comes to a socket of both families.
        std::pair("::", "127.0.0.1"),
        std::pair("::", "127.0.0.2")
    );
    INFO(everywhere << " asked at " << asked);
    asio::io_context context(1);
    const auto where = runtime::to_endpoint(asio::ip::make_address(everywhere), 0);
    net::UdpSocket socket(context.get_executor(), where);
    // Connected: it hears what comes from there, and nothing else.
    udp::socket peer(context);
    peer.connect(udp::endpoint(asio::ip::make_address(asked), socket.local().port));
    peer.non_blocking(true);

    // One by one at first, then in batches, of which every tenth answer is too large to wait.
    constexpr std::size_t kBurst = 50;
    constexpr std::size_t kLarge = 1'000;
    const auto numbered = [](std::size_t i) {
        return std::vector<std::uint8_t>(i % 10 == 9 ? kLarge : 1, static_cast<std::uint8_t>(i));
    };
    for (std::size_t i = 0; i < kBurst; ++i) peer.send(asio::buffer(numbered(i)));
    for (std::size_t i = 0; i < kBurst; ++i) {
        const auto datagram = socket.receive();
        REQUIRE(datagram);
        CHECK(
            datagram->from.asked == runtime::to_endpoint(asio::ip::make_address(asked), 0).address
        );
        socket.send(datagram->from, datagram->bytes);
    }
    CHECK_FALSE(socket.receive());
    CHECK(socket.take_unsent() == 0);
    std::set<std::size_t> answered;
    for (std::size_t i = 0; i < kBurst; ++i) {
        error_code error;
        std::vector<std::uint8_t> bytes(2 * kLarge);
        bytes.resize(peer.receive(asio::buffer(bytes), 0, error));
        REQUIRE_FALSE(error);
        answered.insert(bytes.front());
    }
    CHECK(answered.size() == kBurst);
}
