#include "support/http_receiver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

namespace lars::test {
namespace {

bool receive_some(int socket, std::string& text) {
    std::array<char, 4'096> bytes{};
    const auto size = ::recv(socket, bytes.data(), bytes.size(), 0);
    if (size > 0) text.append(bytes.data(), static_cast<std::size_t>(size));
    return size > 0;
}

// As HTTP writes it.
std::string date_after(std::time_t seconds) {
    const auto when = std::time(nullptr) + seconds;
    std::tm utc{};
    ::gmtime_r(&when, &utc);
    std::array<char, 64> text{};
    const auto size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {text.data(), size};
}

std::size_t length_of(const std::string& head) {
    const std::string name = "\r\nContent-Length: ";
    const auto found = head.find(name);
    return found == std::string::npos ? 0 : std::stoul(head.substr(found + name.size()));
}

}  // namespace

HttpReceiver::HttpReceiver() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any_port = reinterpret_cast<sockaddr*>(&address);
    const bool listens = ::bind(listener_, any_port, size) == 0 && ::listen(listener_, 16) == 0 &&
                         ::getsockname(listener_, any_port, &size) == 0;
    if (!listens) throw std::runtime_error("no port to listen on");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
}

HttpReceiver::~HttpReceiver() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
}

std::string HttpReceiver::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> HttpReceiver::bodies() const {
    const std::lock_guard lock(mutex_);
    return bodies_;
}

int HttpReceiver::with(const std::string& text) const {
    const auto all = bodies();
    const auto has = [&text](const std::string& body) {
        return body.find(text) != std::string::npos;
    };
    return static_cast<int>(std::count_if(all.begin(), all.end(), has));
}

std::string HttpReceiver::last_head() const {
    const std::lock_guard lock(mutex_);
    return head_;
}

void HttpReceiver::serve() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const timeval timeout{.tv_sec = 20};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        serve(socket);
        ::close(socket);
    }
}

void HttpReceiver::serve(int socket) {
    std::string text;
    auto end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
        if (!receive_some(socket, text)) return;
    }
    const auto head = text.substr(0, end);
    const auto whole = end + 4 + length_of(head);
    while (text.size() < whole) {
        if (!receive_some(socket, text)) return;
    }
    const int status = status_;
    if (status == 200) {
        const std::lock_guard lock(mutex_);
        head_ = head;
        bodies_.push_back(text.substr(end + 4));
    }
    ++requests_;
    const auto answer = "HTTP/1.1 " + std::to_string(status) +
                        " So\r\nDate: " + date_after(ahead_s_) +
                        "\r\nContent-Length: 3\r\n\r\nso\n";
    ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
}

}  // namespace lars::test
