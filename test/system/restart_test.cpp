#include "services.hpp"

using namespace lars::test;

namespace {

class Suite : public Services<MariadbServer> {
public:
    bool answers(int modid) const {
        const auto id = std::to_string(modid);
        return run_lars({"get-host", id, "1"}, environment()).output == "192.168.1.177:7777\n";
    }
    void add_module(int modid) {
        database.sql(
            "INSERT INTO lars_dns.RouteData(modid, cmdid, serverip, serverport) VALUES (" +
            std::to_string(modid) + ", 1, 3232235953, 7777)"
        );
    }
    int status_rows() {
        return std::stoi(database.sql("SELECT COUNT(*) FROM lars_dns.ServerCallStatus"));
    }
    void forget_status() { database.sql("DELETE FROM lars_dns.ServerCallStatus"); }
};

}  // namespace

TEST_CASE("each part is killed and started again under load: the agent answers all the while") {
    Suite suite;
    suite.add_module(1);
    suite.start_dns();
    suite.start_reporter();
    suite.start_agent();
    REQUIRE(eventually([&] { return suite.answers(1); }));
    Subprocess load(
        {program("lars"), "qps", "--seconds", "86400", "--timeout", "60s", "--json"},
        suite.directory.file("load"),
        suite.environment()
    );
    REQUIRE(eventually([&] { return suite.status_rows() == 1; }));

    suite.dns->send_signal(SIGKILL);
    REQUIRE(suite.dns->wait());
    CHECK(suite.answers(1));
    suite.add_module(2);
    suite.start_dns();
    CHECK(eventually([&] { return suite.answers(2); }));

    suite.reporter->send_signal(SIGKILL);
    REQUIRE(suite.reporter->wait());
    CHECK(suite.answers(1));
    suite.forget_status();
    suite.start_reporter();
    CHECK(eventually([&] { return suite.status_rows() >= 1; }));

    suite.database.kill();
    CHECK(suite.answers(1));
    suite.database.start();
    suite.add_module(3);
    CHECK(eventually([&] { return suite.answers(3); }));
    suite.forget_status();
    CHECK(eventually([&] { return suite.status_rows() >= 1; }));

    load.send_signal(SIGINT);
    CHECK(load.wait() == 0);
    CAPTURE(load.output());
    CHECK(
        load.output().find("\"overload\":0,\"system_error\":0,\"noexist\":0") != std::string::npos
    );
    for (auto* each : {&*suite.agent, &*suite.reporter, &*suite.dns}) {
        each->send_signal(SIGTERM);
        CHECK(each->wait() == 0);
    }
}

TEST_CASE("started in the wrong order, with the database last, all find one another") {
    Suite suite;
    suite.add_module(1);
    suite.database.stop();
    suite.start_agent();
    CHECK(suite.agent->prints("no connection to dns"));
    suite.start_reporter();
    suite.start_dns();
    CHECK(suite.dns->prints("trying again"));
    CHECK_FALSE(suite.answers(1));
    suite.database.start();
    CHECK(eventually([&] { return suite.answers(1); }));
    CHECK(eventually([&] {
        run_lars({"simulate", "1", "1", "--count", "10"}, suite.environment());
        return suite.status_rows() >= 1;
    }));
}
