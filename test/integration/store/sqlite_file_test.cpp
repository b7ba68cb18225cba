#include "session.hpp"

#include <filesystem>
#include <fstream>

using namespace lars;
using namespace lars::test;

namespace {

/// A SQLite store, its file, and what people do with that.
struct File {
    Session session{"sqlite"};
    std::string path = session.database->url().path;

    std::size_t count(const std::string& table) {
        return std::stoul(session.sql("SELECT COUNT(*) FROM " + table));
    }
    std::string copy() {
        const auto to = path + ".copy";
        session.sql(".backup '" + to + "'");
        return to;
    }
    store::CallBatch batch(std::uint64_t sequence) const {
        store::CallBatch one;
        one.instance.fill(1);
        one.sequence = sequence;
        return one;
    }
};

store::RouteRow row(std::uint32_t ip, int modid = 1) {
    return {{modid, 1}, Endpoint::from_ipv4(ip, 80), {}};
}

}  // namespace

TEST_CASE("a file that isn't there is named with what to do, and made by a migration only") {
    File file;
    const auto latest = file.session(file.session.feed.latest());
    REQUIRE_FALSE(latest);
    CHECK(latest.error().kind == store::ErrorKind::missing);
    CHECK(latest.error().message.find("there is no SQLite file " + file.path) == 0);
    CHECK(latest.error().message.find("run: lars store migrate --store") != std::string::npos);
    CHECK_FALSE(file.session(file.session.edits.put({row(1)})));
    CHECK_FALSE(file.session(file.session.schema.inspect()));
    CHECK(std::filesystem::is_empty(std::filesystem::path(file.path).parent_path()));
    REQUIRE(file.session(file.session.schema.migrate()));
    CHECK(file.session(file.session.edits.put({row(1)})));
}

TEST_CASE("an empty file isn't written to, nor made a store, but by a migration") {
    File file;
    std::ofstream(file.path).close();
    CHECK(file.session(file.session.schema.inspect())->version == 0);
    CHECK_FALSE(file.session(file.session.edits.put({row(1)})));
    CHECK(std::filesystem::file_size(file.path) == 0);
    REQUIRE(file.session(file.session.schema.migrate()));
    CHECK(file.session(file.session.edits.put({row(1)})));
}

TEST_CASE("another file in the place of the one in use is read and written from then on") {
    File file;
    auto& session = file.session;
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put({row(1)})));
    const auto backup = file.copy();
    REQUIRE(session(session.edits.put({row(2), row(3)})));
    const auto before = session(session.feed.latest());
    // Somebody else has the old file open all the time.
    const auto other = session.connect();
    store::RouteEdits edits(*other);
    REQUIRE(session(edits.list({}))->size() == 3);

    std::filesystem::rename(backup, file.path);
    const auto after = session(session.feed.latest());
    REQUIRE(after);
    CHECK(after->position.version < before->position.version);
    CHECK(session(session.edits.list({}))->size() == 1);
    CHECK(session(edits.put({row(4)})));
    CHECK(session(session.edits.list({}))->size() == 2);
    CHECK(file.count("RouteData") == 2);
    CHECK(session.sql("PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("what goes into a file that lost its name isn't said to be written") {
    File file;
    auto& session = file.session;
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put({row(1)})));
    const auto backup = file.copy();
    int rounds = 0;
    const auto replace = [&] {
        if (rounds++ == 0) std::filesystem::rename(backup, file.path);
    };
    SECTION("but written again to the new one") {
        const auto progress = [&replace](std::size_t) { replace(); };
        const auto done = session(session.edits.put({row(7)}, progress));
        REQUIRE(done);
        CHECK(rounds == 2);
        CHECK(file.count("RouteData") == 2);
    }
    SECTION("and there may be none") {
        const auto progress = [&](std::size_t) {
            if (rounds++ == 0) std::filesystem::remove(file.path);
        };
        const auto done = session(session.edits.put({row(7)}, progress));
        REQUIRE_FALSE(done);
        CHECK(done.error().kind == store::ErrorKind::missing);
        CHECK_FALSE(std::filesystem::exists(file.path));
    }
}

TEST_CASE("files that are removed and made anew are another store") {
    File file;
    auto& session = file.session;
    const auto first = session(session.schema.migrate());
    REQUIRE(first);
    REQUIRE(session(session.edits.put({row(1)})));
    const bool with_companions = GENERATE(true, false);
    CAPTURE(with_companions);
    std::filesystem::remove(file.path);
    if (with_companions) {
        std::filesystem::remove(file.path + "-wal");
        std::filesystem::remove(file.path + "-shm");
    }
    CHECK(session(session.feed.latest()).error().kind == store::ErrorKind::missing);
    const auto other = session.connect();
    const auto second = session(store::Schema(*other).migrate());
    REQUIRE(second);
    CHECK(second->identity.id != first->identity.id);
    CHECK(session(session.feed.latest())->store_id == second->identity.id);
    CHECK(session(session.edits.list({}))->empty());
    CHECK(session.sql("PRAGMA integrity_check") == "ok\n");
}
