#include "programs.hpp"
#include "support/galera_cluster.hpp"

using namespace lars::test;

TEST_CASE("a killed node of a cluster rejoins with what it missed") {
    GaleraCluster cluster;
    cluster.kill(0);
    cluster.sql(
        1,
        "CREATE TABLE lars_dns.Missed(id INT PRIMARY KEY); INSERT INTO lars_dns.Missed VALUES (7)"
    );
    cluster.restart(0);
    CHECK(cluster.sql(0, "SELECT * FROM lars_dns.Missed") == "7\n");
}
