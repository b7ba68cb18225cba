#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lars::test {

/// A TCP server of frames that does what it is told: a dns or reporter as the test wants it. It
/// never says Hello unless it is told to. Thread-safe.
class ScriptedServer {
public:
    enum class Pace { at_once, byte_by_byte };

    ScriptedServer();
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return port_; }

    /// Every frame with this id is answered with these bytes.
    void answer(std::int32_t id, const std::string& bytes, Pace pace = Pace::at_once);
    /// The next one is, before what answer() says.
    void answer_once(std::int32_t id, const std::string& bytes);
    /// To every connection, now.
    void push(const std::string& bytes);
    void drop_connections();

    int received(std::int32_t id) const;
    std::string last_body(std::int32_t id) const;

private:
    void accept();
    void serve(int socket);
    void send(int socket, const std::string& bytes, Pace pace);

    int listener_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::map<std::int32_t, std::pair<std::string, Pace>> answers_;
    std::map<std::int32_t, std::string> once_;
    std::map<std::int32_t, int> received_;
    std::map<std::int32_t, std::string> bodies_;
    std::vector<int> connections_;
    std::vector<std::jthread> sessions_;
    std::jthread acceptor_;
};

}  // namespace lars::test
