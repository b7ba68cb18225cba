#pragma once

#include "support/mariadbd.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lars::test {

/// A MariaDB Galera cluster on loopback with a database `lars_dns` and a user `lars` with a random
/// password. Nodes are numbered from 0, in the order of the URL.
class GaleraCluster {
public:
    explicit GaleraCluster(int nodes = 3);

    /// As kill -9.
    void kill(int node) { at(node).kill(); }
    void stop(int node) { at(node).stop(); }
    /// Until it has caught up with the others.
    void restart(int node);

    /// All nodes, beginning with this one.
    std::string url(int first = 0) const;
    const std::string& password() const { return password_; }
    std::filesystem::path data(int node) const { return at(node).data(); }
    /// Runs SQL as an administrator through the node's own shell; answers what that prints.
    std::string sql(int node, const std::string& text) const { return at(node).sql(text); }

private:
    Mariadbd& at(int node) const { return *nodes_.at(static_cast<std::size_t>(node)); }
    int size() const;
    void await_synced(int node) const;

    std::vector<std::unique_ptr<Mariadbd>> nodes_;
    std::string password_;
};

}  // namespace lars::test
