#include "store/names.hpp"

#include "store/route_edits.hpp"
#include "world.hpp"

#include <chrono>
#include <set>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// An agent of ours that asks for names.
class NameAgent {
public:
    explicit NameAgent(std::uint16_t port) : peer_(port) {
        peer_.send(*wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT})));
        const auto bytes = peer_.receive_frame();
        REQUIRE(bytes);
        REQUIRE(hello.ParseFromString(bytes->substr(8)));
    }

    void ask(const std::string& name) {
        NameRequest request;
        request.set_name(name);
        send(request);
    }
    /// As one that holds an answer already.
    void bring(const NameResponse& held) {
        NameRequest request;
        request.set_name(held.name());
        request.set_known(true);
        request.set_modid(held.modid());
        request.set_cmdid(held.cmdid());
        request.set_store_id(held.store_id());
        request.set_version(held.version());
        send(request);
    }
    void leave(const std::string& name) {
        NameRequest request;
        request.set_name(name);
        request.set_leave(true);
        send(request);
    }
    NameResponse next() {
        NameResponse response;
        const auto bytes = peer_.receive_frame();
        REQUIRE(bytes);
        REQUIRE(response.ParseFromString(bytes->substr(8)));
        return response;
    }
    /// "payments=1/1", "pay=1/1(payments)", "nobody=-".
    std::string next_text() {
        const auto response = next();
        auto text = response.name() + '=';
        if (response.missing()) return text + '-';
        text += to_string(ModuleId{response.modid(), response.cmdid()});
        return response.target().empty() ? text : text + '(' + response.target() + ')';
    }

    void close() { peer_.close(); }

    HelloAck hello;

private:
    void send(const NameRequest& request) {
        peer_.send(frame(ID_NameRequest, request.SerializeAsString()));
    }
    TcpPeer peer_;
};

template <class Operation>
auto on_store(Database& database, const Operation& operation) {
    boost::asio::io_context context(1);
    const auto store = store::make_database(context.get_executor(), database.url());
    const auto result = await(context, operation(*store));
    REQUIRE(result.has_value());
    return *result;
}

void add(World& world, const std::string& name, std::optional<ModuleId> module = {}) {
    on_store(*world.database, [&](store::Database& each) {
        return store::Names(each).add(name, module);
    });
}

void confirm(World& world) {
    on_store(*world.database, [](store::Database& each) {
        return store::RouteEdits(each).confirm();
    });
}

bool names_are(World& world, double count) {
    return eventually([&] { return world.running.count("lars_dns_names") == count; });
}

bool held_names_are(World& world, double count) {
    return eventually([&] { return world.running.count("lars_dns_held_names") == count; });
}

void lose_all_names(World& world, const std::string& kind) {
    if (kind == "mariadb") {
        world.database->sql("TRUNCATE ModuleName");
        return;
    }
    world.database->sql("DROP TRIGGER lars_name_delete; DELETE FROM ModuleName");
}

}  // namespace

TEST_CASE("a name is answered, and pushed when it stands for another module") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    NameAgent agent(world.port());
    CHECK((agent.hello.capabilities() & CAPABILITY_NAMES) != 0);
    agent.ask("payments");
    CHECK(agent.next_text() == "payments=-");
    add(world, "payments", ModuleId{1, 1});
    CHECK(agent.next_text() == "payments=1/1");
    on_store(*world.database, [](store::Database& each) {
        return store::Names(each).add_alias("pay", "payments");
    });
    agent.ask("pay");
    // It may be asked before it is read.
    for (auto text = agent.next_text(); text != "pay=1/1(payments)"; text = agent.next_text()) {
        CHECK(text == "pay=-");
    }
    world.database->sql("UPDATE ModuleName SET modid = 7 WHERE name = 'payments'");
    std::set<std::string> pushed;
    pushed.insert(agent.next_text());
    pushed.insert(agent.next_text());
    CHECK(pushed == std::set<std::string>{"payments=7/1", "pay=7/1(payments)"});

    agent.leave("pay");
    on_store(*world.database, [](store::Database& each) {
        return store::Names(each).remove("payments");
    });
    CHECK(agent.next_text() == "payments=-");
    agent.ask("no name");
    CHECK(agent.next_text() == "no name=-");
    CHECK(world.running.count("lars_dns_name_subscriptions") == 1);
    CHECK(world.running.count("lars_dns_held_names") == 0);
}

TEST_CASE("names that vanish without a word are held, shown, and let go when that is confirmed") {
    const auto kind = std::string(GENERATE("sqlite", "mariadb"));
    CAPTURE(kind);
    World world({.compare_interval = 100ms}, kind);
    const auto stop = world.start();
    add(world, "payments", ModuleId{1, 1});
    REQUIRE(names_are(world, 1));
    NameAgent agent(world.port());
    agent.ask("payments");
    const auto before = agent.next();
    lose_all_names(world, kind);
    REQUIRE(held_names_are(world, 1));
    agent.ask("payments");
    CHECK(agent.next_text() == "payments=1/1");
    OurAgent other(world.port());
    const auto report = other.held();
    CHECK(report.names() == 1);
    REQUIRE(report.name_size() == 1);
    CHECK(report.name(0).name() == "payments");
    CHECK(report.name(0).reason() == HeldResponse::REASON_LOG_IS_SILENT);
    SECTION("confirmed") {
        confirm(world);
        CHECK(agent.next_text() == "payments=-");
        CHECK(held_names_are(world, 0));
    }
    SECTION("a dns that starts now doesn't answer who holds it, until that is confirmed") {
        World later({.compare_interval = 100ms}, std::move(world.database));
        const auto stop_later = later.start();
        NameAgent restarted(later.port());
        restarted.bring(before);
        REQUIRE(held_names_are(later, 1));
        CHECK(later.running.count("lars_dns_unanswered_total") == 1);
        restarted.ask("other");  // which would come after an answer
        CHECK(restarted.next_text() == "other=-");
        confirm(later);
        CHECK(restarted.next_text() == "payments=-");
        CHECK(held_names_are(later, 0));
    }
}

TEST_CASE("a new and empty store takes nobody's names, until somebody says that it is right") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    NameResponse before;
    {
        World world({}, kind);
        const auto stop = world.start();
        add(world, "payments", ModuleId{1, 1});
        REQUIRE(names_are(world, 1));
        NameAgent agent(world.port());
        agent.ask("payments");
        before = agent.next();
        CHECK(before.store_id() != 0);
        CHECK(before.version() > 1);
    }
    World world({}, kind);
    const auto stop = world.start();
    NameAgent agent(world.port());
    agent.bring(before);
    REQUIRE(held_names_are(world, 1));
    SECTION("confirmed, and adopted with it") {
        // The store that was brought is noted before it is shown.
        confirm(world);
        CHECK(agent.next_text() == "payments=-");
    }
    SECTION("the name comes back, and stands for what it did") {
        add(world, "payments", ModuleId{1, 1});
        const auto now = agent.next();
        CHECK(now.modid() == 1);
        CHECK(now.store_id() != before.store_id());
    }
    SECTION("the agent goes") {
        agent.close();
        CHECK(held_names_are(world, 0));
    }
}

TEST_CASE("subscriptions to names are bounded as those to modules are") {
    World world({.max_subscriptions = 3, .max_unknown_subscriptions = 2});
    const auto stop = world.start();
    NameAgent agent(world.port());
    for (const auto* name : {"a", "b", "c"}) {
        agent.ask(name);
        CHECK(agent.next().missing());
    }
    CHECK(world.running.count("lars_dns_name_subscriptions") == 2);
    CHECK(world.running.count("lars_dns_subscriptions_refused_total") == 1);
    add(world, "c", ModuleId{1, 1});
    add(world, "a", ModuleId{1, 2});
    CHECK(agent.next_text() == "a=1/2");
}

TEST_CASE("a route says what its module is called, and that is no part of its etag") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.compare_interval = 1h}, kind);
    const auto stop = world.start();
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 1, 80)"
    );
    REQUIRE(eventually([&] { return world.running.count("lars_dns_modules") == 1; }));
    OurAgent agent(world.port());
    agent.ask({1, 1});
    const auto before = agent.next();
    CHECK(before.name().empty());
    add(world, "payments", ModuleId{1, 1});
    REQUIRE(names_are(world, 1));
    const auto answer = [&](std::uint64_t etag) {
        agent.ask({1, 1}, etag);
        return agent.next();
    };
    // A context of sessions is told after the feed has counted.
    REQUIRE(eventually([&] { return answer(0).name() == "payments"; }));
    const auto named = answer(0);
    CHECK(named.etag() == before.etag());
    CHECK(named.host_size() == 1);
    const auto unchanged = answer(before.etag());
    CHECK(unchanged.unchanged());
    CHECK(unchanged.name() == "payments");
    agent.ask({9, 9});
    CHECK(agent.next().name().empty());
}

TEST_CASE("ten thousand names are read at the start", "[names-load]") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    World world({.max_subscriptions = 20'000}, kind);
    for (int first = 0; first < 10'000; first += 1'000) {
        std::string values;
        for (int i = first; i < first + 1'000; ++i) {
            values += (i > first ? ", ('service-" : "('service-") + std::to_string(i) +
                      "', 1073741824, " + std::to_string(i + 1) + ")";
        }
        world.database->sql("INSERT INTO ModuleName(name, modid, cmdid) VALUES " + values);
    }
    const auto begun = std::chrono::steady_clock::now();
    const auto stop = world.start();
    const auto ready = std::chrono::steady_clock::now();
    CHECK(world.running.count("lars_dns_names") == 10'000);
    NameAgent agent(world.port());
    int missing = 0;
    for (int first = 0; first < 10'000; first += 500) {
        for (int i = first; i < first + 500; ++i) agent.ask("service-" + std::to_string(i));
        for (int i = 0; i < 500; ++i) missing += agent.next().missing() ? 1 : 0;
    }
    CHECK(missing == 0);
    const auto learned = std::chrono::steady_clock::now();
    const auto ms = [](auto time) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    };
    UNSCOPED_INFO(
        kind << ": ready in " << ms(ready - begun) << " ms, all asked in " << ms(learned - ready)
             << " ms"
    );
}
