#include "cli/local_agent.hpp"

#include "base/frame.hpp"
#include "cli/errors.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdlib>

namespace lars::cli {
namespace {

namespace po = boost::program_options;
using Socket = boost::asio::local::stream_protocol::socket;

// An agent of this host answers at once.
constexpr int kTimeoutSeconds = 5;
constexpr std::size_t kMaxAnswer = std::size_t{16} << 20;

std::string usual_socket() {
    const auto* named = std::getenv("LARS_SOCKET");
    return named && *named ? named : "/run/lars/agent.sock";
}

[[noreturn]] void fail(const std::string& path, const boost::system::error_code& error) {
    namespace errc = boost::system::errc;
    std::string advice;
    if (error == errc::permission_denied) {
        advice = "; who registers services is root, or in the group of the socket";
    } else if (error == errc::no_such_file_or_directory || error == errc::connection_refused) {
        advice = "; is the agent running, and with this --socket?";
    }
    throw Failure("agent " + path + ": " + error.message() + advice);
}

ServiceResponse exchange(
    const std::string& path, MessageId id, const google::protobuf::MessageLite& body
) {
    boost::asio::io_context context(1);
    Socket socket(context);
    boost::system::error_code error;
    socket.connect(boost::asio::local::stream_protocol::endpoint(path), error);
    if (error) fail(path, error);
    const timeval timeout{kTimeoutSeconds, 0};
    ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    const auto frame = wire::encode_frame(id, body);
    boost::asio::write(socket, boost::asio::buffer(*frame), error);
    if (error) fail(path, error);
    std::array<std::uint8_t, kFrameHeaderSize> header{};
    boost::asio::read(socket, boost::asio::buffer(header), error);
    if (error) fail(path, error);
    const auto [answer, size] = decode_header(header);
    if (answer != ID_ServiceResponse || size < 0 || static_cast<std::size_t>(size) > kMaxAnswer) {
        throw Failure("agent " + path + ": it isn't this version's agent that answers there");
    }
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
    boost::asio::read(socket, boost::asio::buffer(bytes), error);
    if (error) fail(path, error);
    ServiceResponse response;
    if (!wire::parse_body(bytes, response)) throw Failure("agent " + path + ": a broken answer");
    if (!response.error().empty()) throw Failure(response.error());
    return response;
}

}  // namespace

void add_socket_flag(Arguments& arguments, std::string& path) {
    path = usual_socket();
    arguments.flags(
    )("socket",
      po::value<std::string>(&path)->value_name("PATH"),
      "the agent's Unix socket [LARS_SOCKET, else /run/lars/agent.sock]");
}

ServiceResponse ask_agent(const std::string& path, const WithdrawRequest& request) {
    return exchange(path, ID_WithdrawRequest, request);
}

ServiceResponse ask_agent(const std::string& path, const DrainRequest& request) {
    return exchange(path, ID_DrainRequest, request);
}

ServiceResponse ask_agent(const std::string& path, const ServicesRequest& request) {
    return exchange(path, ID_ServicesRequest, request);
}

InstanceInfo instance_pattern(const Arguments& arguments) {
    InstanceInfo pattern;
    const auto& module = *arguments.module_word();
    if (module.id) {
        wire::set_module(*module.id, pattern);
    } else {
        pattern.set_name(module.name);
    }
    if (!arguments.words().empty()) {
        const auto port = app::parse_number(arguments.words()[0], {1, 65'535});
        pattern.mutable_host()->set_port(static_cast<std::int32_t>(port));
    }
    return pattern;
}

}  // namespace lars::cli
