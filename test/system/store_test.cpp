#include "programs.hpp"

#include <filesystem>

using namespace lars;
using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a command on a mistyped path says what to do, and leaves no file") {
    const TempDir directory;
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("lras.db")}};
    for (const std::vector<std::string>& words : {
             std::vector<std::string>{"route", "list"},
             {"store", "status"},
             {"route", "add", "1", "1", "10.0.0.1:80"},
             {"route", "confirm"},
             {"policy", "list"},
             {"alarm", "list"},
             {"status"},
             {"store", "backup", directory.file("backup")},
             {"store", "restore", directory.file("backup")},
         }) {
        CAPTURE(words);
        const auto done = run_lars(words, world);
        CHECK(done.status == 1);
        CHECK(contains(done.output, "there is no SQLite file " + directory.file("lras.db")));
        CHECK(contains(done.output, "run: lars store migrate --store 'sqlite://"));
    }
    CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("a store is backed up and restored, and nothing is replaced unasked") {
    const TempDir directory;
    const auto backup = directory.file("backup");
    const Subprocess::Environment world{{"LARS_STORE", "sqlite://" + directory.file("lars.db")}};
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    REQUIRE(run_lars({"route", "add", "1", "1", "10.0.0.1:80", "10.0.0.2:80"}, world).status == 0);
    const auto written = run_lars({"store", "backup", backup}, world);
    CHECK(written.status == 0);
    CHECK(written.output.starts_with("written: 4 rows of store "));
    const auto again = run_lars({"store", "backup", backup}, world);
    CHECK(again.status == 1);
    CHECK(contains(again.output, backup + " is there already"));
    CHECK(run_lars({"store", "backup", "--force", backup}, world).status == 0);

    REQUIRE(run_lars({"route", "remove", "1", "1", "10.0.0.1:80"}, world).status == 0);
    const auto refused = run_lars({"store", "restore", backup}, world);
    CHECK(refused.status == 1);
    CHECK(contains(refused.output, "--force"));
    const auto restored = run_lars({"store", "restore", "--force", "--json", backup}, world);
    CHECK(restored.status == 0);
    CHECK(contains(restored.output, "\"rows\":4"));
    CHECK(contains(run_lars({"route", "list"}, world).output, "10.0.0.1:80"));
}

TEST_CASE("agents keep what they have beside a wrong store, and follow a restored one") {
    Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}};
    const auto get_host = [&dev] {
        return run_lars({"get-host", "1", "1", "--agent", dev.agent()}).output;
    };
    const auto held = [&dev] {
        return run_lars({"route", "held", "--json", "--dns", dev.said("dns")});
    };
    REQUIRE(run_lars({"route", "add", "1", "1", "10.0.0.1:80"}, world).status == 0);
    REQUIRE(eventually([&] { return get_host() == "10.0.0.1:80\n"; }));
    const auto path = dev.store().substr(std::string("sqlite://").size());
    const auto backup = dev.directory.file("backup");
    REQUIRE(run_lars({"store", "backup", backup}, world).status == 0);

    for (const auto* companion : {"", "-wal", "-shm"}) std::filesystem::remove(path + companion);
    REQUIRE(run_lars({"store", "migrate"}, world).status == 0);
    REQUIRE(eventually([&] { return held().status == 1; }));
    CHECK(contains(held().output, "\"reason\":\"other_store\""));
    CHECK(get_host() == "10.0.0.1:80\n");

    CHECK(run_lars({"store", "restore", backup}, world).status == 0);
    REQUIRE(eventually([&] { return held().status == 0; }));
    CHECK(get_host() == "10.0.0.1:80\n");
    REQUIRE(run_lars({"route", "add", "1", "1", "10.0.0.2:80"}, world).status == 0);
    CHECK(eventually([&] { return get_host() == "10.0.0.2:80\n"; }));
}
