#include "datagrams.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include <stdexcept>

namespace lars::bench {

Datagrams::Datagrams()
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)),
      out_(kMax),
      to_(kMax),
      in_(kMax),
      parts_(kMax),
      headers_(kMax) {
    if (socket_ < 0) throw std::runtime_error("no socket");
    received_.reserve(kMax);
    for (std::size_t i = 0; i < kMax; ++i) {
        to_[i].sin_family = AF_INET;
        to_[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        headers_[i].msg_hdr.msg_iov = &parts_[i];
        headers_[i].msg_hdr.msg_iovlen = 1;
    }
}

Datagrams::~Datagrams() {
    ::close(socket_);
}

std::string& Datagrams::to(std::uint16_t port) {
    if (waiting_ == kMax) send();
    to_[waiting_].sin_port = htons(port);
    return out_[waiting_++];
}

void Datagrams::send() {
    for (std::size_t i = 0; i < waiting_; ++i) {
        parts_[i] = {out_[i].data(), out_[i].size()};
        headers_[i].msg_hdr.msg_name = &to_[i];
        headers_[i].msg_hdr.msg_namelen = sizeof to_[i];
    }
    for (std::size_t sent = 0; sent < waiting_;) {
        const auto left = static_cast<unsigned>(waiting_ - sent);
        const auto taken = ::sendmmsg(socket_, &headers_[sent], left, 0);
        sent += taken > 0 ? static_cast<std::size_t>(taken) : 1;
    }
    waiting_ = 0;
}

const std::vector<std::string_view>& Datagrams::receive(std::chrono::nanoseconds timeout) {
    received_.clear();
    for (std::size_t i = 0; i < kMax; ++i) {
        parts_[i] = {in_[i].data(), in_[i].size()};
        headers_[i].msg_hdr.msg_name = nullptr;
        headers_[i].msg_hdr.msg_namelen = 0;
    }
    pollfd wait{socket_, POLLIN, 0};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
    const timespec until{seconds.count(), (timeout - seconds).count()};
    if (::ppoll(&wait, 1, &until, nullptr) <= 0) return received_;
    const auto count = ::recvmmsg(socket_, headers_.data(), kMax, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        received_.emplace_back(in_[at].data(), headers_[at].msg_len);
    }
    return received_;
}

}  // namespace lars::bench
