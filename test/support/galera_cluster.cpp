#include "support/galera_cluster.hpp"

#include "support/wait.hpp"

#include <algorithm>
#include <stdexcept>

namespace lars::test {
namespace {

// A dead node is noticed within about a second; the defaults take five.
constexpr const char* kShortTimeouts =
    "evs.keepalive_period=PT0.1S;evs.inactive_check_period=PT0.1S;evs.join_retrans_period=PT0.2S;"
    "evs.suspect_timeout=PT1S;evs.inactive_timeout=PT3S;evs.install_timeout=PT3S";

std::string loopback(int port) {
    return "127.0.0.1:" + std::to_string(port);
}

std::vector<std::string> node_options(int group_port, const std::vector<int>& group_ports) {
    std::string group;
    for (const auto port : group_ports) group += (group.empty() ? "" : ",") + loopback(port);
    return {
        "--binlog-format=ROW",
        "--innodb-autoinc-lock-mode=2",
        "--log-bin-trust-function-creators=1",  // a cluster counts as binary logging
        "--wsrep-on=ON",
        "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
        "--wsrep-cluster-name=lars-test",
        "--wsrep-cluster-address=gcomm://" + group,
        "--wsrep-node-name=" + std::to_string(group_port),
        "--wsrep-node-address=" + loopback(group_port),
        "--wsrep-sst-method=rsync",
        // Writes stop at the node that sends: the last one, not the one that all write to.
        "--wsrep-sst-donor=" + std::to_string(group_ports.back()) + ",",
        "--wsrep-sst-receive-address=" + loopback(free_port()),
        "--wsrep-provider-options=gcache.size=16M;gmcast.listen_addr=tcp://" +
            loopback(group_port) + ";ist.recv_addr=" + loopback(free_port()) + ";" + kShortTimeouts,
    };
}

}  // namespace

GaleraCluster::GaleraCluster(int nodes) {
    std::vector<int> group_ports;
    for (int i = 0; i < nodes; ++i) group_ports.push_back(free_port());
    for (const auto port : group_ports) {
        nodes_.push_back(std::make_unique<Mariadbd>(node_options(port, group_ports)));
    }
    at(0).install();
    at(0).start({"--wsrep-new-cluster"});
    await_synced(0);
    password_ = at(0).create_lars_database();
    for (int i = 1; i < nodes; ++i) restart(i);
}

void GaleraCluster::restart(int node) {
    at(node).start();
    await_synced(node);
}

std::string GaleraCluster::url(int first) const {
    std::string hosts;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto node = (static_cast<std::size_t>(first) + i) % nodes_.size();
        hosts += (i == 0 ? "" : ",") + loopback(nodes_[node]->port());
    }
    return "mysql://lars@" + hosts + "/lars_dns";
}

int GaleraCluster::size() const {
    return static_cast<int>(std::count_if(nodes_.begin(), nodes_.end(), [](const auto& node) {
        return node->running();
    }));
}

void GaleraCluster::await_synced(int node) const {
    const auto wanted = std::to_string(size()) + "\nSynced\n";
    const auto synced = [&] {
        return sql(node,
                   "SELECT variable_value FROM information_schema.global_status WHERE variable_name"
                   " IN ('wsrep_cluster_size', 'wsrep_local_state_comment')"
                   " ORDER BY variable_name") == wanted;
    };
    if (!eventually(synced, std::chrono::seconds(60))) {
        throw std::runtime_error("a node doesn't join its cluster: " + at(node).output());
    }
}

}  // namespace lars::test
