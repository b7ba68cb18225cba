#include "admin/look.hpp"

#include "base/endpoint.hpp"
#include "base/frame.hpp"
#include "runtime/listen.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

namespace lars::admin {

void send_look(const std::vector<std::string>& addresses) {
    const auto word = encode_header({kLookId, 0});
    boost::asio::io_context context(1);
    for (const auto& address : addresses) {
        const auto endpoint = parse_endpoint(address);
        if (!endpoint) continue;
        const boost::asio::ip::udp::endpoint to(runtime::to_address(*endpoint), endpoint->port);
        boost::system::error_code ignored;
        boost::asio::ip::udp::socket socket(context);
        socket.open(to.protocol(), ignored);
        socket.non_blocking(true, ignored);
        socket.send_to(boost::asio::buffer(word), to, 0, ignored);
    }
}

}  // namespace lars::admin
