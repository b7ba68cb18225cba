#include "programs.hpp"

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("rules of alarms are added, shown with their state, and removed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto database = make_database(kind);
    ::setenv("LARS_STORE_PASSWORD", database->url().password.c_str(), 1);
    const Subprocess::Environment world{{"LARS_STORE", lars::store::to_string(database->url())}};
    const auto said = [&world](const std::vector<std::string>& words) {
        const auto done = run_lars(words, world);
        CAPTURE(words, done.output);
        CHECK(done.status == 0);
        return done.output;
    };
    said({"store", "migrate"});
    CHECK(
        said({"alarm", "add", "1", "1", "--error-rate", "12.5%", "--for", "30s"}) ==
        "rule 1: error rate above 12.5% for 30s\n"
    );
    CHECK(
        said({"alarm", "add", "all", "--p99", "300ms", "--severity", "page", "--min-calls", "50"}
        ) == "rule 2: p99 above 300ms for 1m\n"
    );
    said({"alarm", "add", "all", "--overloaded", "0.3", "--for", "0s", "--comment", "too few"});
    CHECK(said({"alarm", "add", "2", "1", "--silent", "5m"}) == "rule 4: no calls for 5m\n");
    database->sql(
        "INSERT INTO AlarmState VALUES (1, 1, 1, 1700000000, 1), (2, 1, 1, 1700000000, 0),"
        " (2, 3, 1, 1700000000, 1), (3, 1, 1, 1700000000, 1), (3, 1, 2, 1700000000, 1),"
        " (3, 1, 3, 1700000000, 1), (3, 1, 4, 1700000000, 1)"
    );
    CHECK(
        said({"alarm", "list"}) ==
        "ID  MODULE  CONDITION                          SEVERITY  STATE"
        "                                COMMENT\n"
        "1   1/1     error rate above 12.5% for 30s     warning   firing for 1/1\n"
        "2   all     p99 above 300ms for 1m             page      firing for 3/1,"
        " pending for 1/1\n"
        "3   all     overloaded share above 30% for 0s  warning   firing for 1/1, 1/2,"
        " 1/3 and 1 more  too few\n"
        "4   2/1     no calls for 5m                    warning   ok\n"
    );
    CHECK(contains(
        said({"alarm", "list", "--json"}),
        "{\"id\":4,\"modid\":2,\"cmdid\":1,\"kind\":\"silence\",\"threshold\":0E0,\"for_s\":300,"
    ));
    const auto gone = run_lars({"alarm", "remove", "4", "2", "9"}, world);
    CHECK(gone.status == 1);
    CHECK(gone.output == "lars: no rule has this id, so nothing is removed: 9\n");
    CHECK(said({"alarm", "remove", "4", "2"}) == "2 removed\n");
}

TEST_CASE("a rule that makes no sense is named with what is allowed") {
    const auto refused = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"alarm", "add"});
        const auto done = run_lars(words, {{"LARS_STORE", "sqlite:///nowhere/x"}});
        CAPTURE(words);
        CHECK(done.status == 2);
        return done.output;
    };
    CHECK(contains(refused({"1"}), "MODID and CMDID go together"));
    CHECK(contains(refused({"all"}), "say one of --error-rate, --p99, --overloaded and --silent"));
    CHECK(contains(refused({"all", "--p99", "1s", "--silent", "5m"}), "say one of"));
    CHECK(contains(
        refused({"all", "--error-rate", "lots"}), "--error-rate 'lots' is not a share such as 10%"
    ));
    CHECK(contains(refused({"all", "--error-rate", "100%"}), "a share is from 0 to below 1"));
    CHECK(contains(
        refused({"all", "--p99", "5s"}), "'5s' is not a duration such as 200ms, 15s, 2m or 1h"
    ));
    CHECK(contains(refused({"all", "--silent", "5s"}), "silence is at least a minute"));
    CHECK(contains(refused({"all", "--silent", "5m", "--for", "5m"}), "says itself"));
    CHECK(contains(refused({"all", "--silent", "5m", "--min-calls", "5"}), "goes with"));
    CHECK(contains(refused({"all", "--p99", "1s", "--severity", "a b"}), "letters, digits"));
    CHECK(
        contains(refused({"all", "--p99", "1s", "--min-calls", "0"}), "'0' is not a number from 1")
    );
    const auto reporter = run_program(
        {program("lars-reporter"), "--store", "sqlite:///x", "--alertmanager", "https://am:9093"}
    );
    CHECK(reporter.status == 2);
    CHECK(contains(reporter.output, "https isn't spoken here"));
    const auto removing = run_lars({"alarm", "remove", "x"}, {{"LARS_STORE", "sqlite:///x"}});
    CHECK(removing.status == 2);
}
