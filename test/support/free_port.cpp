#include "support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <stdexcept>

namespace lars::test {
namespace {

constexpr int kFirst = 10'000;
constexpr unsigned kCount = 22'000;  // Linux gives those from 32768 up
constexpr unsigned kMaxInRow = 64;

bool is_free(int type, int port) {
    const int probe = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int failed = ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::close(probe);
    return failed == 0;
}

}  // namespace

int free_port(int type, int count) {
    static std::atomic<unsigned> next{std::random_device{}()};
    for (unsigned tried = 0; tried < kCount; ++tried) {
        const auto taken = next.fetch_add(static_cast<unsigned>(count));
        const int first = kFirst + static_cast<int>(taken % (kCount - kMaxInRow));
        int free = 0;
        while (free < count && is_free(type, first + free)) ++free;
        if (free == count) return first;
    }
    throw std::runtime_error("no free port");
}

}  // namespace lars::test
