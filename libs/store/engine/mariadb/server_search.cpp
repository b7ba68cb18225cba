#include "store/engine/mariadb/server_search.hpp"

#include <utility>

namespace lars::store {
namespace {

Server pop(std::deque<Server>& servers) {
    auto first = std::move(servers.front());
    servers.pop_front();
    return first;
}

}  // namespace

void ServerSearch::begin() {
    asked_ = 0;
    found_ = 0;
    waiting_.clear();
    read_only_.clear();
    left_waits_ = false;
}

std::optional<ServerSearch::Candidate> ServerSearch::next() {
    if (!waiting_.empty()) return candidate(pop(waiting_));
    if (asked_ < hosts_) return {};
    if (std::exchange(left_waits_, false)) return candidate(*left_);
    if (!read_only_.empty()) return Candidate{pop(read_only_), false, true};
    return {};
}

ServerSearch::Candidate ServerSearch::candidate(Server server) const {
    const bool only_one = hosts_ == 1 && found_ == 1;
    return {std::move(server), only_one, only_one};
}

std::optional<std::size_t> ServerSearch::next_host() {
    if (asked_ >= hosts_) return {};
    return (first_ + asked_++) % hosts_;
}

void ServerSearch::add(const std::vector<Server>& addresses) {
    for (const auto& server : addresses) {
        ++found_;
        if (left_ == server) {
            left_waits_ = true;
        } else {
            waiting_.push_back(server);
        }
    }
}

void ServerSearch::leave(const Server& server) {
    left_ = server;
    first_ = (server.host + 1) % hosts_;
}

void ServerSearch::settle(const Server& server) {
    left_.reset();
    first_ = server.host;
}

}  // namespace lars::store
