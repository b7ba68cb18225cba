#pragma once

#include "http/event_queue.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "runtime/asio.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::http {

/// One client's connection: reads its requests, head and body apart, and sends the answers. Belongs
/// to one executor.
class Connection {
public:
    /// `timeout` is for each read of a head or a body, and each send of an answer; `fields` go with
    /// every answer, and outlive this.
    Connection(
        tcp::socket socket,
        std::chrono::milliseconds timeout,
        std::uint32_t header_bytes,
        const std::vector<Field>& fields
    );

    /// The next request, without its body. Nothing when the client is gone, or sent something else
    /// and was answered so: then the connection is to be closed.
    Awaitable<std::optional<Request>> next_request();
    /// Whether its body has more bytes than that, as far as it says so.
    bool exceeds(std::size_t max_body) const;
    /// The rest of the request. A status other than 0 is why there is none.
    Awaitable<unsigned> read_body(Request& request, std::size_t max_body);
    /// False: there will be no further request.
    Awaitable<bool> send(Response response);
    /// Sends events until the queue ends or the client goes; then the connection is to be closed.
    Awaitable<> send_events(Response response);
    /// Answers, and waits a moment for the client to read it: closing with bytes unread would reset
    /// the connection and lose the answer.
    Awaitable<> refuse(Response response);

    /// Ends what is being read or written. From the executor.
    void close();

private:
    boost::beast::tcp_stream stream_;
    boost::beast::flat_buffer buffer_;
    std::chrono::milliseconds timeout_;
    std::uint32_t header_bytes_;
    const std::vector<Field>& fields_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
    unsigned version_ = 11;
    bool keep_alive_ = true;
    bool answers_without_body_ = false;  // the latest request was HEAD
};

}  // namespace lars::http
