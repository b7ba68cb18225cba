#pragma once

#include "http/response.hpp"
#include "runtime/asio.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace lars::http {

/// One client's connection: reads the heads of its requests, and sends the answers. Belongs to one
/// executor.
class Connection {
public:
    /// `timeout` is for each read of a request and each send of an answer.
    Connection(tcp::socket socket, std::chrono::milliseconds timeout, std::uint32_t header_bytes);

    /// The target of the next GET or HEAD, which is answered like GET but without the body. Nothing
    /// when the client is gone, or asked for something else and was answered so: then the
    /// connection is to be closed.
    Awaitable<std::optional<std::string>> next_target();
    /// False: there will be no further request.
    Awaitable<bool> send(Response response);

private:
    /// Answers, and waits a moment for the client to read it: closing with bytes unread would reset
    /// the connection and lose the answer.
    Awaitable<> refuse(Response response);

    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    std::chrono::milliseconds timeout_;
    std::uint32_t header_bytes_;
    unsigned version_ = 11;
    bool keep_alive_ = true;
    bool answers_without_body_ = false;  // the latest request was HEAD
};

}  // namespace lars::http
