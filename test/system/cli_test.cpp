#include "programs.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iostream>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a route added on the command line is what get-host prints, not reversed") {
    Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    CHECK(run_lars({"get-host", "1", "1"}, world).status == 1);
    CHECK(
        run_lars({"route", "add", "1", "1", "192.168.1.177:7777"}, world).output ==
        "1 added, 0 already there\n"
    );
    std::string host;
    CHECK(eventually([&] {
        return run_lars({"get-host", "1", "1"}, world).output == "192.168.1.177:7777\n";
    }));
    CHECK(
        run_lars({"get-host", "1", "1", "--json"}, world).output ==
        "{\"host\":\"192.168.1.177\",\"port\":7777,\"modid\":1,\"cmdid\":1,\"code\":\"SUCC\"}\n"
    );
    CHECK(run_lars({"get-route", "1", "1"}, world).output == "192.168.1.177:7777\n");
    CHECK(run_lars({"get-host", "1", "1", "--wait", "0"}, world).status == 0);
    CHECK(
        run_lars({"report", "1", "1", "192.168.1.177:7777", "--failed", "--latency", "3ms"}, world)
            .status == 0
    );
    const auto simulated =
        run_lars({"simulate", "1", "1", "--error-rate", "0", "--count", "50"}, world);
    CHECK(simulated.status == 0);
    CHECK(contains(simulated.output, "192.168.1.177:7777  50     0"));
    const auto qps = run_lars({"qps", "--threads", "2", "--seconds", "1"}, world);
    CHECK(qps.status == 0);
    CHECK(contains(qps.output, "1s: "));
    CHECK(contains(qps.output, " get_host + report per second; latency of get_host p50 "));
    CHECK(contains(qps.output, "errors 0: OVERLOAD 0, SYSTEM_ERROR 0, NOEXIST 0\n"));
    const auto json = run_lars({"qps", "--threads", "2", "--seconds", "1", "--json"}, world);
    CHECK(json.status == 0);
    for (const auto* key : {"qps", "errors", "succ", "p50_us", "p99_us", "p999_us", "max_us"}) {
        CHECK(contains(json.output, '"' + std::string(key) + "\":"));
    }
    CHECK(contains(json.output, "\"errors\":0,"));
    CHECK(
        run_lars({"route", "remove", "1", "1", "192.168.1.177:7777"}, world).output == "1 removed\n"
    );
    CHECK(eventually([&] { return run_lars({"get-host", "1", "1"}, world).status == 1; }));
    dev.process->send_signal(SIGINT);
    CHECK(dev.process->wait() == 0);
}

TEST_CASE("a bare insert at the database's own prompt reaches a get_host, and so does a delete") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto database = make_database(kind);
    ::setenv("LARS_STORE_PASSWORD", database->url().password.c_str(), 1);
    Dev dev({"--store", lars::store::to_string(database->url())});
    const Subprocess::Environment world{{"LARS_AGENT", dev.agent()}};
    // Printed for people; a test asserts no time on a shared machine.
    const auto reaches = [&kind](const char* what, const std::function<bool()>& holds) {
        const auto begin = std::chrono::steady_clock::now();
        const bool held = eventually(holds);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        std::cout << kind << ": " << what << " reached get_host after " << int(took.count())
                  << " ms\n";
        return held;
    };
    database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 3232235953, 7777)"
    );
    CHECK(reaches("an insert", [&] {
        return run_lars({"get-host", "1", "1"}, world).output == "192.168.1.177:7777\n";
    }));
    database->sql("DELETE FROM RouteData");
    CHECK(reaches("a delete", [&] { return run_lars({"get-host", "1", "1"}, world).status == 1; }));
}

TEST_CASE("routes are exported and imported, all or none") {
    const TempDir directory;
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("lars.db")}};
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    const auto csv = directory.file("routes.csv");
    std::ofstream(csv) << "modid,cmdid,host,port\n1,1,10.0.0.1,80\n2,1,10.0.0.2,0\nnonsense\n";
    const auto bad = run_lars({"route", "import", csv}, world);
    CHECK(bad.status == 1);
    CHECK(contains(bad.output, csv + ", line 3: port '0' is not a number from 1 to 65535\n"));
    CHECK(contains(bad.output, csv + ", line 4: expected modid,cmdid,host,port\n"));
    CHECK(contains(bad.output, "lars: 2 errors: nothing was imported\n"));
    CHECK(run_lars({"route", "list", "--json"}, world).output == "[]\n");
    std::ofstream(csv) << "1,1,10.0.0.1,80\n2,1,192.168.1.177,7777\n";
    CHECK(run_lars({"route", "import", csv}, world).status == 0);
    const auto json = directory.file("routes.json");
    CHECK(run_lars({"route", "export", json}, world).output == "2 exported\n");
    CHECK(run_lars({"route", "import", json}, world).output == "0 added, 2 already there\n");
    CHECK(
        run_lars({"route", "list"}, world).output ==
        "MODID  CMDID  ENDPOINT            WEIGHT\n"
        "1      1      10.0.0.1:80         100\n"
        "2      1      192.168.1.177:7777  100\n"
    );
}

TEST_CASE("a file that can't be imported is exit status 1, with what is wrong and how much") {
    const TempDir directory;
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("lars.db")}};
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    const auto csv = directory.file("routes.csv");
    const auto import = [&](const std::string& text) {
        std::ofstream(csv, std::ios::binary) << text;
        const auto done = run_lars({"route", "import", csv}, world);
        CAPTURE(done.output);
        CHECK(done.status == 1);
        CHECK(run_lars({"route", "list", "--json"}, world).output == "[]\n");
        return done.output;
    };
    CHECK(
        import("") == csv + ", line 1: there are no routes\nlars: 1 error: nothing was imported\n"
    );
    std::string many;
    for (int i = 0; i < 3'000; ++i) many += "1,1,10.0.0.300,80\n";
    const auto told = import(many);
    CHECK(std::count(told.begin(), told.end(), '\n') == 21);
    CHECK(contains(
        told, "\nlars: 3000 errors, of which these are the first 20: nothing was imported\n"
    ));
    const auto folder = run_lars({"route", "import", directory.file("")}, world);
    CHECK(folder.status == 1);
    CHECK(contains(folder.output, "cannot read: Is a directory"));
    const auto nowhere = run_lars({"route", "export", directory.file("no/where.csv")}, world);
    CHECK(nowhere.status == 1);
    CHECK(contains(nowhere.output, "cannot open: No such file or directory"));
}

TEST_CASE("what is so already is said; what is named and isn't there is exit status 1") {
    const TempDir directory;
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("lars.db")}};
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    const auto lars = [&world](const std::vector<std::string>& words, int status) {
        CAPTURE(words);
        const auto done = run_lars(words, world);
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    };
    CHECK(
        lars({"route", "list", "1", "1"}, 0) ==
        "MODID  CMDID  ENDPOINT  WEIGHT\nlars: module 1/1 has no routes\n"
    );
    CHECK(
        lars({"route", "add", "1", "1", "10.0.0.1:80", "10.0.0.1:80"}, 0) ==
        "1 added, 0 already there\n"
    );
    CHECK(lars({"route", "add", "1", "1", "10.0.0.1:80"}, 0) == "0 added, 1 already there\n");
    CHECK(lars({"route", "weight", "1", "1", "100", "10.0.0.1:80"}, 0) == "0 changed\n");
    const std::string missing =
        "lars: not in the table, so nothing is changed: 10.0.0.2:80 of module 1/1\n";
    CHECK(lars({"route", "weight", "1", "1", "5", "10.0.0.1:80", "10.0.0.2:80"}, 1) == missing);
    CHECK(lars({"route", "remove", "1", "1", "10.0.0.1:80", "10.0.0.2:80"}, 1) == missing);
    CHECK(lars({"route", "remove", "1", "1", "10.0.0.1:80"}, 0) == "1 removed\n");

    CHECK(lars({"policy", "set", "1", "1", "adaptive"}, 0) == "set\n");
    CHECK(lars({"policy", "set", "1", "1", "adaptive"}, 0) == "already so\n");
    CHECK(lars({"policy", "remove", "1", "1"}, 0) == "1 removed\n");
    CHECK(
        lars({"policy", "remove", "1", "1"}, 1) ==
        "lars: module 1/1 has no policy, so nothing is removed\n"
    );
    CHECK(contains(lars({"policy", "list", "1", "1"}, 0), "lars: module 1/1 has no policy\n"));

    CHECK(contains(lars({"alarm", "list"}, 0), "lars: there are no rules\n"));
    CHECK(contains(lars({"alarm", "add", "all", "--silent", "5m"}, 0), "rule 1: "));
    const std::string no_rule = "lars: no rule has this id, so nothing is removed: 2\n";
    CHECK(lars({"alarm", "remove", "1", "2"}, 1) == no_rule);
    CHECK(lars({"alarm", "remove", "1"}, 0) == "1 removed\n");
}

TEST_CASE("a report that nobody would count is exit status 1, and says why") {
    Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    const auto report = [&world](const std::string& endpoint, const std::string& agent) {
        std::vector<std::string> words{"report", "1", "1", endpoint};
        if (!agent.empty()) {
            words.insert(words.end(), {"--agent", agent, "--timeout", "300ms"});
        }
        return run_lars(words, world);
    };
    const auto nobody = report("10.0.0.1:80", "127.0.0.1:1/1");
    CHECK(nobody.status == 1);
    CHECK(contains(nobody.output, "no agent answers at 127.0.0.1:1/1): nothing is reported\n"));
    const auto no_module = report("10.0.0.1:80", "");
    CHECK(no_module.status == 1);
    CHECK(contains(no_module.output, "NOEXIST"));
    REQUIRE(run_lars({"route", "add", "1", "1", "10.0.0.1:80"}, world).status == 0);
    CHECK(eventually([&] { return report("10.0.0.1:80", "").status == 0; }));
    CHECK(report("10.0.0.1:80", "").output.empty());
    const auto other = report("10.0.0.2:80", "");
    CHECK(other.status == 1);
    CHECK(contains(
        other.output, "lars: module 1/1: 10.0.0.2:80 isn't an endpoint of it: nothing is reported\n"
    ));
}

TEST_CASE("rows that can't be served are named where routes are listed") {
    const TempDir directory;
    const auto path = directory.file("lars.db");
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + path}};
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    const std::string rows =
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport)"
        " VALUES (1, 1, 0, 80), (1, 1, 167772161, 80)";
    REQUIRE(run_program({"sqlite3", path, rows}).status == 0);
    const auto listed = run_lars({"route", "list"}, world);
    CHECK(listed.status == 0);
    CHECK(contains(listed.output, "1      1      10.0.0.1:80  100\n"));
    CHECK(contains(listed.output, "1 more rows aren't served; the first: modid 1"));
    CHECK(run_lars({"route", "remove", "1", "1", "0.0.0.0:80"}, world).status == 0);
}

TEST_CASE("a group of commands says which there are, and help goes with each") {
    const auto alone = run_lars({"route"});
    CHECK(alone.status == 2);
    CHECK(contains(alone.output, "lars: route needs one of its commands:\n  route list"));
    CHECK_FALSE(contains(alone.output, "alarm"));
    const auto wrong = run_lars({"route", "delete"});
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.output, "lars: no command 'route delete', but these commands:\n"));
    CHECK(run_lars({"route", "--help"}).status == 0);
    const auto help = run_lars({"help", "route", "add"});
    CHECK(help.status == 0);
    CHECK(help.output == run_lars({"route", "add", "--help"}).output);
    CHECK(run_lars({"help"}).output == run_lars({"--help"}).output);
}

TEST_CASE("wrong usage is exit status 2 with what to do, help and version are 0") {
    for (const std::vector<std::string>& words : {
             std::vector<std::string>{"nonsense"},
             {"get-host", "1"},
             {"get-host", "1", "x"},
             {"get-host", "1", "99999999999"},
             {"get-host", "1", "1", "--agent", "127.0.0.1:0"},
             {"route", "list"},
             {"route", "list", "--store", "mysql://user:secret@host/db"},
             {"route", "add", "--store", "sqlite:///x", "1", "1", "10.0.0.1"},
             {"route", "add", "--store", "sqlite:///x", "1", "1", "10.0.0.1:80", "--weight", "-1"},
             {"route", "add", "--store", "sqlite:///x", "1", "1", "0.0.0.0:80"},
             {"route", "add", "--store", "sqlite:///x", "1", "1", "255.255.255.255:80"},
             {"route", "weight", "--store", "sqlite:///x", "1", "1", "5", "224.0.0.1:80"},
             {"report", "1", "1", "240.0.0.1:80"},
             {"simulate", "1", "1", "--error-rate", "nan"},
             {"simulate", "1", "1", "--seed", "-1"},
             {"qps", "--modid", "-1"},
             {"help", "nonsense"},
             {"route", "weight", "--store", "sqlite:///x", "1", "1", "65536", "10.0.0.1:80"},
             {"policy", "set", "--store", "sqlite:///x", "1", "1", "two words"},
             {"policy", "set", "--store", "sqlite:///x", "1", "1", "p", "novalue"},
             {"policy", "set", "--store", "sqlite:///x", "1", "1", "p", "a=1x"},
             {"policy", "set", "--store", "sqlite:///x", "1", "1", "p", "a=inf"},
             {"policy", "set", "--store", "sqlite:///x", "1", "1", "p", "a=1", "a=2"},
             {"qps", "--threads", "0"},
         }) {
        CAPTURE(words);
        const auto done = run_lars(words, {{"LARS_STORE", ""}});
        CHECK(done.status == 2);
        CHECK(contains(done.output, "lars: "));
        CHECK_FALSE(contains(done.output, "secret"));
    }
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--help"},
          {"--version"},
          {"get-host", "--help"},
          {"route", "add", "--help"},
          {"dev", "--help"}}) {
        CAPTURE(words);
        CHECK(run_lars(words).status == 0);
    }
    for (const auto* name : {"lars-dns", "lars-reporter", "lars-agent"}) {
        CHECK(run_program({program(name), "--help"}).status == 0);
        CHECK(run_program({program(name), "--version"}).status == 0);
        CHECK(run_program({program(name), "--nonsense"}).status == 2);
    }
}

TEST_CASE("without an agent a call ends with an error") {
    const auto* const command = GENERATE("get-host", "get-route");
    CAPTURE(command);
    const auto done = run_lars({command, "1", "1", "--agent", "127.0.0.1:1", "--timeout", "300ms"});
    CHECK(done.status == 1);
    CHECK(contains(done.output, "SYSTEM_ERROR (no agent answers at 127.0.0.1:1)"));
}

TEST_CASE("a taken port is a clear error of dev and of each service") {
    Dev dev;
    const auto port = [](const std::string& address) {
        return address.substr(address.find(':') + 1, address.find('/') - address.find(':') - 1);
    };
    const TempDir directory;
    const auto store = "sqlite://" + directory.file("lars.db");
    for (const std::vector<std::string>& command : {
             std::vector<std::string>{
                 program("lars"),
                 "dev",
                 "--data",
                 directory.file("data"),
                 "--dns-port",
                 "0",
                 "--console-port",
                 "0",
                 "--reporter-port",
                 "0",
                 "--udp-port",
                 port(dev.agent())},
             {program("lars-agent"), "--udp-port", port(dev.agent())},
             {program("lars-dns"), "--store", store, "--listen", dev.said("dns")},
             {program("lars-reporter"), "--store", store, "--listen", dev.said("reporter")},
         }) {
        CAPTURE(command);
        const auto done = run_program(command);
        CHECK(done.status == 1);
        CHECK(contains(done.output, "another program has this port"));
    }
}

TEST_CASE("a configuration file of the original is read, and a mistake in it is named") {
    const TempDir directory;
    const auto path = directory.file("lars.conf");
    std::ofstream(path) << "[reporter]\nip = 127.0.0.1\nport = 7779\n[dnsserver]\nip = 127.0.0.1\n"
                           "port = 7778\n[loadbalance]\n; a comment\nprobe_num=10\n"
                           "init_succ_cnt=180\nerr_rate=0.1\nidle_timeout=15\nupdate_timeout=15\n";
    const auto good = run_program({program("lars-agent"), "--config", path, "--check-config"});
    CHECK(good.status == 0);
    CHECK(contains(good.output, "idle-timeout = 15s"));
    CHECK(contains(good.output, "policy = classic\n"));
    std::ofstream(path, std::ios::app) << "policy=adaptive\n";
    const auto better = run_program({program("lars-agent"), "--config", path, "--check-config"});
    CHECK(contains(better.output, "policy = adaptive\n"));
    std::ofstream(path) << "[loadbalance]\nerr_rate=1.5\n";
    const auto bad = run_program({program("lars-agent"), "--config", path});
    CHECK(bad.status == 2);
    CHECK(
        contains(bad.output, path + ":2: [loadbalance] err_rate: '1.5' is not a number from 0 to 1")
    );
    std::ofstream(path) << "[mysql]\ndb_host = 127.0.0.1\ndb_port = 3306\ndb_user = root\n"
                           "db_passwd = a#b;c\ndb_name = lars_dns\n[repoter]\ndb_thread_cnt = 3\n";
    const auto reporter =
        run_program({program("lars-reporter"), "--config", path, "--check-config"});
    CHECK(reporter.status == 0);
    CHECK(contains(reporter.output, "store = mysql://root@127.0.0.1/lars_dns"));
    CHECK_FALSE(contains(reporter.output, "a#b;c"));
}

TEST_CASE("what dns doesn't believe to be gone is shown, and let go by a confirmation") {
    Dev dev;
    const Subprocess::Environment environment{{"LARS_STORE", dev.store()}};
    const auto file = dev.directory.file("routes.csv");
    {
        std::ofstream routes(file);
        for (int i = 1; i <= 40; ++i) routes << "1,1,10.0.0." << i << ",80\n";
        routes << "2,1,10.0.0.1,80\n";
    }
    const auto imported = run_lars({"route", "import", file}, environment);
    CHECK(imported.output == "41 added, 0 already there\n");
    const auto held = [&dev] {
        return run_lars({"route", "held", "--json", "--dns", dev.said("dns")});
    };
    REQUIRE(eventually([&] {
        return run_lars({"get-host", "1", "1", "--agent", dev.agent()}).status == 0;
    }));
    CHECK(held().status == 0);

    const auto path = dev.store().substr(std::string("sqlite://").size());
    REQUIRE(run_program({"sqlite3", path, "DELETE FROM RouteData WHERE modid = 1"}).status == 0);
    REQUIRE(eventually([&] { return held().status == 1; }));
    CHECK(
        held().output.find("\"served_rows\":40,\"stored_rows\":0,\"reason\":\"large\"") !=
        std::string::npos
    );
    CHECK(run_lars({"get-host", "1", "1", "--agent", dev.agent()}).status == 0);
    const auto confirmed = run_lars({"route", "confirm"}, environment);
    CHECK(confirmed.output.starts_with("confirmed: 1 rows at version "));
    CHECK(eventually([&] { return held().status == 0; }));
    CHECK(eventually([&] {
        return run_lars({"get-host", "1", "1", "--agent", dev.agent()}).status != 0;
    }));

    const auto nobody = run_lars({"route", "held", "--dns", "127.0.0.1:1"});
    CHECK(nobody.status == 1);
    CHECK(nobody.output.find("Connection refused") != std::string::npos);
}
