#include "programs.hpp"
#include "support/free_port.hpp"

#include <memory>

using namespace lars::test;

TEST_CASE("a reporter whose descriptors agents would take keeps some for the store, and writes") {
    const auto database = make_database("sqlite");
    const auto url = lars::store::to_string(database->url());
    REQUIRE(run_lars({"store", "migrate", "--store", url}).status == 0);
    const TempDir directory;
    const auto port = free_port();
    Subprocess reporter(
        {"/bin/sh",
         "-c",
         "ulimit -n 128; exec \"$0\" \"$@\"",
         program("lars-reporter"),
         "--threads",
         "1",
         "--store",
         url,
         "--listen",
         "127.0.0.1:" + std::to_string(port)},
        directory.file("log")
    );
    REQUIRE(reporter.prints("reporter writes"));
    CHECK(reporter.output().find("64 agents may connect at a time") != std::string::npos);
    std::vector<std::unique_ptr<TcpPeer>> agents;
    for (int i = 0; i < 200; ++i) agents.push_back(std::make_unique<TcpPeer>(port));
    // A snapshot, as an original agent sends it.
    const auto snapshot = from_hex(
        "03000000240000000801100118818080f807221208b183a085fcffffffff0110e13c180520022880e2cfaa06"
    );
    REQUIRE(agents.front()->send(snapshot));
    CHECK(eventually([&] { return database->sql("SELECT COUNT(*) FROM ServerCallStatus") == "1\n"; }
    ));
}
