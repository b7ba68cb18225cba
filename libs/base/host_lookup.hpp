#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace lars {

/// One address of a host.
struct HostAddress {
    std::array<std::uint8_t, 16> bytes{};  ///< as in Endpoint: IPv4 is mapped into IPv6
    std::uint32_t scope = 0;               ///< the interface of a link-local IPv6 address

    friend bool operator==(const HostAddress&, const HostAddress&) = default;
};

/// What became of a look-up.
struct HostAddresses {
    std::vector<HostAddress> found;  ///< each once, in the order in which the system would try them
    std::error_code error;           ///< set exactly when there are none; its message says why
};

/// Asks the system, and waits for as long as its name servers let it: tens of seconds, where they
/// don't answer.
HostAddresses resolve_host(const std::string& host);

/// For whoever stops waiting: that no name server has answered in time.
std::error_code lookup_timed_out();

/// Looks names up without making anybody wait for a name server that doesn't answer: each name in a
/// thread of its own, which ends by itself, whenever that is, and holds up neither other names nor
/// the end of the process. Any thread.
class HostLookup {
public:
    using Resolve = std::function<HostAddresses(const std::string& host)>;
    /// Takes the answer. False when nobody waited for it any more.
    using Done = std::function<bool(const HostAddresses&)>;

    /// Threads at a time. More names than this that hang are no fleet's configuration.
    static constexpr std::size_t kMaxRunning = 16;
    /// For one name: whoever gave up and asks again leaves an entry each time.
    static constexpr std::size_t kMaxWaiting = 64;
    /// An answer that came too late for everybody who had asked is kept this long for who asks
    /// again. Else a name would never be found whose first name server is dead: the second one is
    /// asked after five seconds.
    static constexpr std::chrono::seconds kKeepLate{60};

    /// The name servers may be others than the system's, for tests.
    explicit HostLookup(Resolve resolve = resolve_host);
    /// The one that a process shares, so that the bounds are its own. A child made by fork() starts
    /// with none running.
    static HostLookup& of_process();

    /// Calls `done` exactly once: before it returns for a numeric address, with or without
    /// brackets, for a late answer, and when a bound is reached; else in the name's thread. A name
    /// that is being looked up already isn't asked for again: both get that answer.
    ///
    /// The caller stops waiting when it likes, so `done` may outlive it: it owns what it touches,
    /// and doesn't throw. This object may go at any time.
    void look_up(std::string host, const Done& done);

private:
    struct State;

    std::shared_ptr<State> state_;
};

}  // namespace lars
