#include "programs.hpp"
#include "support/fake_agent.hpp"

#include <algorithm>
#include <fstream>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A migrated database, and `lars` on it.
class Routes {
public:
    explicit Routes(const std::string& kind) : database(make_database(kind)) {
        ::setenv("LARS_STORE_PASSWORD", database->url().password.c_str(), 1);
        REQUIRE(run({"store", "migrate"}).status == 0);
    }
    Finished run(const std::vector<std::string>& words) const {
        return run_lars(words, {{"LARS_STORE", lars::store::to_string(database->url())}});
    }
    std::string said(const std::vector<std::string>& words) const { return run(words).output; }
    std::string exported() const { return said({"route", "export"}); }

    std::unique_ptr<Database> database;
    TempDir directory;
};

}  // namespace

TEST_CASE("weights are given, set and refused on the command line") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const Routes routes(kind);
    CHECK(
        routes.said({"route", "add", "1", "1", "10.0.0.1:80", "10.0.0.2:80", "--weight", "50"}) ==
        "2 added, 0 already there\n"
    );
    CHECK(routes.said({"route", "add", "1", "1", "10.0.0.1:80"}) == "0 added, 1 already there\n");
    CHECK(
        routes.said({"route", "add", "1", "1", "10.0.0.1:80", "--weight", "70"}) ==
        "0 added, 1 already there, 1 changed\n"
    );
    CHECK(routes.said({"route", "weight", "1", "1", "0", "10.0.0.2:80"}) == "1 changed\n");
    const auto missing =
        routes.run({"route", "weight", "1", "1", "5", "10.0.0.2:80", "10.0.0.9:80"});
    CHECK(missing.status == 1);
    CHECK(contains(
        missing.output, "not in the table, so nothing is changed: 10.0.0.9:80 of module 1/1"
    ));
    CHECK(
        routes.said({"route", "list", "1", "1"}) ==
        "MODID  CMDID  ENDPOINT     WEIGHT\n"
        "1      1      10.0.0.1:80  70\n"
        "1      1      10.0.0.2:80  0\n"
    );
}

TEST_CASE("files of routes with and without weights are imported") {
    const Routes routes("sqlite");
    const auto csv = routes.directory.file("routes.csv");
    const auto import = [&](const std::string& path, const std::string& text) {
        std::ofstream(path) << text;
        return routes.said({"route", "import", path});
    };
    CHECK(import(csv, "modid,cmdid,host,port\n1,1,10.0.0.1,80\n") == "1 added, 0 already there\n");
    CHECK(
        import(csv, "modid,cmdid,host,port,weight\n1,1,10.0.0.1,80,7\n1,1,10.0.0.2,80,\n") ==
        "1 added, 1 already there, 1 changed\n"
    );
    const std::string both =
        "modid,cmdid,host,port,weight\n1,1,10.0.0.1,80,7\n1,1,10.0.0.2,80,100\n";
    CHECK(routes.exported() == both);
    // A file from before there were weights says none.
    CHECK(import(csv, "1,1,10.0.0.1,80\n") == "0 added, 1 already there\n");
    CHECK(routes.exported() == both);
    const auto bad = import(csv, "1,1,10.0.0.3,80,65536\n1,1,10.0.0.3,80,-1\n1,1,1.1.1.1,80,1,1\n");
    CHECK(contains(bad, "line 1: weight '65536' is not a number from 0 to 65535"));
    CHECK(contains(bad, "line 2: weight '-1'"));
    CHECK(contains(bad, "line 3: expected modid,cmdid,host,port,weight"));
    CHECK(routes.exported() == both);

    const auto json = routes.directory.file("routes.json");
    CHECK(routes.run({"route", "export", json}).status == 0);
    CHECK(routes.said({"route", "weight", "1", "1", "9", "10.0.0.1:80"}) == "1 changed\n");
    CHECK(
        routes.said({"route", "import", json}) ==
        "0 added, 2 already there, 1 changed\n"
    );
    CHECK(routes.exported() == both);
    CHECK(
        routes.said({"route", "list", "--json"}) ==
        "[{\"modid\":1,\"cmdid\":1,\"host\":\"10.0.0.1\",\"port\":80,\"weight\":7},"
        "{\"modid\":1,\"cmdid\":1,\"host\":\"10.0.0.2\",\"port\":80,\"weight\":100}]\n"
    );
    CHECK(
        import(json, R"([{"modid":1,"cmdid":1,"host":"10.0.0.1","port":80}])") ==
        "0 added, 1 already there\n"
    );
}

TEST_CASE("policies are set, shown and removed on the command line") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const Routes routes(kind);
    CHECK(routes.said({"policy", "list", "--json"}) == "[]\n");
    CHECK(
        routes.said({"policy", "set", "1", "1", "adaptive", "ejection_ms=500", "error_rate=0.25"}
        ) == "set\n"
    );
    CHECK(
        routes.said({"policy", "set", "1", "1", "adaptive", "error_rate=.25", "ejection_ms=5e2"}) ==
        "already so\n"
    );
    CHECK(routes.said({"policy", "set", "2", "1", "classic"}) == "set\n");
    routes.database->sql("INSERT INTO ModulePolicy VALUES (3, 1, 'classic', '[1]')");
    CHECK(
        routes.said({"policy", "list"}) ==
        "MODID  CMDID  POLICY    PARAMETERS\n"
        "1      1      adaptive  ejection_ms=500 error_rate=0.25\n"
        "2      1      classic\n"
        "3      1      classic   not used: its parameters aren't a JSON object\n"
    );
    CHECK(
        routes.said({"policy", "list", "2", "1", "--json"}) ==
        "[{\"modid\":2,\"cmdid\":1,\"name\":\"classic\",\"parameters\":{}}]\n"
    );
    CHECK(
        routes.said({"policy", "list", "3", "1", "--json"}) ==
        "[{\"modid\":3,\"cmdid\":1,\"name\":\"classic\","
        "\"not_used\":\"its parameters aren't a JSON object\"}]\n"
    );
    CHECK(routes.said({"policy", "set", "3", "1", "classic"}) == "set\n");
    CHECK(routes.said({"policy", "remove", "3", "1"}) == "1 removed\n");
}

TEST_CASE("policies and parameters are shown, and a mistake is named with what is allowed") {
    const auto kinds = run_lars({"policy", "kinds"});
    CHECK(kinds.status == 0);
    CHECK(contains(kinds.output, "least_request         of two by weight"));
    CHECK(
        contains(run_lars({"policy", "kinds", "classic"}).output, "probe_num = 10  (0 to 1000000)")
    );
    CHECK(contains(run_lars({"policy", "kinds", "--json"}).output, "\"name\":\"round_robin\""));
    CHECK(contains(run_lars({"policy", "kinds", "x"}).output, "there is no policy 'x'; there are ")
    );
    const auto refused = [](const std::string& parameter) {
        const Subprocess::Environment world{{"LARS_STORE", "sqlite:///nowhere/x"}};
        return run_lars({"policy", "set", "1", "1", "adaptive", parameter}, world).output;
    };
    CHECK(contains(refused("probes=0"), "probes is 0, and must be from 1 to 100"));
    CHECK(contains(refused("prob=1"), "policy adaptive has no parameter 'prob'; it has "));
}

TEST_CASE("get-route shows weights and a policy, where they aren't the default") {
    const Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    const auto shows = [&world](const std::string& text) {
        return eventually([&] { return run_lars({"get-route", "1", "1"}, world).output == text; });
    };
    REQUIRE(run_lars({"route", "add", "1", "1", "10.0.0.1:80", "10.0.0.2:80"}, world).status == 0);
    CHECK(shows("10.0.0.1:80\n10.0.0.2:80\n"));
    REQUIRE(run_lars({"route", "weight", "1", "1", "0", "10.0.0.2:80"}, world).status == 0);
    CHECK(shows("10.0.0.1:80\n10.0.0.2:80  weight 0\n"));
    REQUIRE(run_lars({"policy", "set", "1", "1", "classic", "probe_num=5"}, world).status == 0);
    CHECK(shows("10.0.0.1:80\n10.0.0.2:80  weight 0\npolicy classic probe_num=5\n"));
    CHECK(
        run_lars({"get-route", "1", "1", "--json"}, world).output ==
        "{\"modid\":1,\"cmdid\":1,\"endpoints\":["
        "{\"host\":\"10.0.0.1\",\"port\":80,\"weight\":100},"
        "{\"host\":\"10.0.0.2\",\"port\":80,\"weight\":0}],"
        "\"policy\":{\"name\":\"classic\",\"parameters\":{\"probe_num\":5}},\"truncated\":false}\n"
    );
    REQUIRE(run_lars({"policy", "remove", "1", "1"}, world).status == 0);
    CHECK(shows("10.0.0.1:80\n10.0.0.2:80  weight 0\n"));
    const auto unknown = run_lars({"get-route", "9", "9"}, world);
    CHECK(unknown.status == 1);
    CHECK(contains(unknown.output, "module 9/9: NOEXIST"));
}

TEST_CASE("get-route prints a route that is larger than a datagram, or says that it can't") {
    constexpr int kEndpoints = 8'000;
    const Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    const auto file = dev.directory.file("routes.csv");
    {
        std::ofstream routes(file);
        routes << "modid,cmdid,host,port\n";
        for (int i = 0; i < kEndpoints; ++i) {
            routes << "3,1,10.0." << i / 250 << '.' << i % 250 + 1 << ",80\n";
        }
    }
    REQUIRE(run_lars({"route", "import", file}, world).status == 0);
    Finished printed;
    CHECK(eventually([&] {
        printed = run_lars({"get-route", "3", "1"}, world);
        return std::ranges::count(printed.output, '\n') == kEndpoints;
    }));
    CHECK(printed.status == 0);
    CHECK(printed.output.ends_with("\n10.0.31.250:80\n"));

    // An agent of an earlier version: module 1/1, 10.0.0.1:80, truncated.
    FakeAgent older([](const auto&) {
        return std::vector{frame(8, from_hex("080110011a0708818080501050900101"))};
    });
    const auto text = run_lars({"get-route", "1", "1", "--agent", older.address()});
    CHECK(text.status == 1);
    CHECK(contains(text.output, "10.0.0.1:80\n"));
    CHECK(contains(text.output, "only the first 1 endpoints: the agent has more"));
    const auto json = run_lars({"get-route", "1", "1", "--json", "--agent", older.address()});
    CHECK(json.status == 1);
    CHECK(contains(json.output, "\"truncated\":true"));
}
