#pragma once

#include "net/serve_frames.hpp"
#include "net/tcp_server.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

namespace lars::test {

/// A server that sends every frame back.
class Echo final : public runtime::Part {
public:
    explicit Echo(Running& running, net::TcpServerOptions options = {})
        : server(
              running.runtime,
              with_free_port(std::move(options)),
              {.role = ROLE_DNS},
              [this](net::Session& session, std::size_t context) {
                  return serve(session, context);
              },
              running.metrics,
              running.log
          ) {}

    std::string name() const override { return "echo"; }
    void start() override { server.start(); }
    Awaitable<> stop() override { return server.stop(); }
    std::uint16_t port() const { return server.local().port; }

    net::TcpServer server;
    std::array<std::atomic<int>, 8> sessions{};  // by context

private:
    static net::TcpServerOptions with_free_port(net::TcpServerOptions options) {
        if (options.listen.port == 0) options.listen = Endpoint::from_ipv4(0x7F000001, 0);
        return options;
    }

    Awaitable<> serve(net::Session& session, std::size_t context) {
        ++sessions[context];
        const auto send_back = [&session](const net::FrameView& view) {
            std::string bytes = frame_of(view);
            session.send(std::make_shared<const std::string>(std::move(bytes)));
        };
        co_await net::serve_frames(session, send_back);
    }
    static std::string frame_of(const net::FrameView& view) {
        return frame(view.id, {view.body.begin(), view.body.end()});
    }
};

}  // namespace lars::test
