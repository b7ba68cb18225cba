#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// One address of one of the hosts in a store's URL.
struct Server {
    std::size_t host = 0;  ///< which one
    std::string address;
    std::uint16_t port = 0;

    friend bool operator==(const Server&, const Server&) = default;
};

/// In which order the servers of a store's URL are tried, until one can be connected to that may be
/// written to; where there is none, one that may be read.
///
/// It begins at the host that served last, or after the one that was left; a server that was left
/// is tried after all others. Names are looked up when it's their turn. No I/O.
class ServerSearch {
public:
    struct Candidate {
        Server server;
        bool is_only_one = false;
        bool may_be_read_only = false;  ///< nothing better is left
    };

    explicit ServerSearch(std::size_t hosts) : hosts_(hosts) {}

    /// Begins anew.
    void begin();
    /// Whom to try now. None: look up next_host(), or give up when there is none either.
    std::optional<Candidate> next();
    std::optional<std::size_t> next_host();
    /// What the look-up of that host has found.
    void add(const std::vector<Server>& addresses);
    /// The candidate is read-only, and isn't kept while there may be another.
    void pass_by(const Server& server) { read_only_.push_back(server); }

    /// The server was lost, or doesn't take changes any more.
    void leave(const Server& server);
    /// The server was connected to.
    void settle(const Server& server);

private:
    Candidate candidate(Server server) const;

    std::size_t hosts_;
    std::size_t first_ = 0;  // host
    std::size_t asked_ = 0;  // hosts, in this search
    std::size_t found_ = 0;  // servers, in this search
    std::deque<Server> waiting_;
    std::deque<Server> read_only_;
    std::optional<Server> left_;
    bool left_waits_ = false;
};

}  // namespace lars::store
