#include "store/access_tokens.hpp"

#include "session.hpp"
#include "store/accounts.hpp"
#include "store/secret.hpp"
#include "store/store_backup.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/use_future.hpp>

using namespace lars;
using namespace lars::test;
using store::Role;
using store::Roles;
using store::TokenKind;

namespace {

constexpr std::chrono::seconds kHour{3'600};

store::NewToken wanted(TokenKind kind, const std::string& label = "") {
    return {kind, "ann", Roles(Role::edit), label, kHour};
}

void expire_all(Session& session) {
    session.sql("UPDATE AccessToken SET expires_at = created_at");
}

}  // namespace

TEST_CASE("a token is found by its secret, as what it is") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::AccessTokens tokens(*session.connection);
    const auto made =
        session(tokens.make(wanted(TokenKind::session, "Firefox, gr\xC3\xBC\xC3\x9F")));
    REQUIRE(made);
    CHECK(made->secret.size() == 43);
    CHECK(made->token.id == store::hex_of(store::sha256_of(made->secret)).substr(0, 16));
    CHECK(made->token.csrf.size() == 32);
    CHECK(made->token.expires_at - made->token.created_at == kHour);
    CHECK_FALSE(made->token.used_at);

    const auto found = session(tokens.find(made->secret, TokenKind::session));
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->id == made->token.id);
    CHECK((*found)->kind == TokenKind::session);
    CHECK((*found)->account == "ann");
    CHECK((*found)->roles == Roles(Role::edit));
    CHECK((*found)->label == "Firefox, gr\xC3\xBC\xC3\x9F");
    CHECK((*found)->csrf == made->token.csrf);
    CHECK((*found)->created_at == made->token.created_at);
    CHECK((*found)->expires_at == made->token.expires_at);
    CHECK((*found)->used_at);
    CHECK_FALSE(session(tokens.find(made->secret, TokenKind::api)).value());
    CHECK_FALSE(session(tokens.find(made->token.id, TokenKind::session)).value());
    CHECK_FALSE(session(tokens.consume(made->secret)).value());
    CHECK(session.sql("SELECT COUNT(*) FROM AccessToken") == "1\n");

    const auto api = session(tokens.make(wanted(TokenKind::api)));
    REQUIRE(api);
    CHECK(api->secret.starts_with("lars_"));
    CHECK(api->token.csrf != made->token.csrf);
    CHECK(session(tokens.find(api->secret, TokenKind::api)).value());
}

TEST_CASE("when a token was used is written once a minute") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::AccessTokens tokens(*session.connection);
    const auto secret = session(tokens.make(wanted(TokenKind::api))).value().secret;
    REQUIRE(session(tokens.find(secret, TokenKind::api)).value());
    // As if it had been the other day, and then a moment ago.
    session.sql("UPDATE AccessToken SET used_at = 1700000000");
    auto found = session(tokens.find(secret, TokenKind::api)).value();
    REQUIRE(found);
    CHECK(store::to_number(found->used_at.value()) > 1'700'000'000);
    CHECK(session.sql("SELECT COUNT(*) FROM AccessToken WHERE used_at > 1700000000") == "1\n");
    session.sql("UPDATE AccessToken SET used_at = used_at + 30");
    const auto before = session.sql("SELECT used_at FROM AccessToken");
    REQUIRE(session(tokens.find(secret, TokenKind::api)).value());
    CHECK(session.sql("SELECT used_at FROM AccessToken") == before);
}

TEST_CASE("a token that has expired is none") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::AccessTokens tokens(*session.connection);
    const auto old = session(tokens.make(wanted(TokenKind::session))).value().secret;
    const auto link = session(tokens.make(wanted(TokenKind::link))).value().secret;
    expire_all(session);
    const auto live = session(tokens.make(wanted(TokenKind::session))).value().secret;
    CHECK_FALSE(session(tokens.find(old, TokenKind::session)).value());
    CHECK_FALSE(session(tokens.consume(link)).value());
    CHECK(session(tokens.find(live, TokenKind::session)).value());
    CHECK(session(tokens.list(TokenKind::session))->size() == 1);
    CHECK(session(tokens.list(TokenKind::link))->empty());
    CHECK(session(tokens.prune()).value() == 2);
    CHECK(session(tokens.prune()).value() == 0);
    CHECK(session(tokens.find(live, TokenKind::session)).value());

    auto never = wanted(TokenKind::session);
    never.lifetime = std::chrono::seconds(0);
    CHECK(session(tokens.make(never)).error().kind == store::ErrorKind::invalid);
    const auto unlabelled = session(tokens.make(wanted(TokenKind::api, std::string(201, 'a'))));
    CHECK(unlabelled.error().kind == store::ErrorKind::invalid);
}

TEST_CASE("a link is consumed once") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::AccessTokens tokens(*session.connection);
    const auto link = session(tokens.make(wanted(TokenKind::link))).value().secret;
    const auto first = session(tokens.consume(link));
    REQUIRE(first);
    REQUIRE(*first);
    CHECK((*first)->kind == TokenKind::link);
    CHECK((*first)->account == "ann");
    CHECK((*first)->roles == Roles(Role::edit));
    CHECK_FALSE(session(tokens.consume(link)).value());
    CHECK_FALSE(session(tokens.find(link, TokenKind::link)).value());
}

TEST_CASE("of two who consume a link at a time one gets it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto other = session.connect();
    store::AccessTokens tokens(*session.connection);
    store::AccessTokens others(*other);
    for (int round = 0; round < 10; ++round) {
        const auto link = session(tokens.make(wanted(TokenKind::link))).value().secret;
        auto one =
            boost::asio::co_spawn(session.context, tokens.consume(link), boost::asio::use_future);
        auto two =
            boost::asio::co_spawn(session.context, others.consume(link), boost::asio::use_future);
        session.context.restart();
        session.context.run();
        const auto first = one.get();
        const auto second = two.get();
        REQUIRE(first);
        REQUIRE(second);
        CHECK(first->has_value() != second->has_value());
    }
}

TEST_CASE("tokens are listed by kind, and ended by id or secret") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::AccessTokens tokens(*session.connection);
    const auto one = session(tokens.make(wanted(TokenKind::api, "one"))).value();
    session.sql("UPDATE AccessToken SET created_at = created_at - 10");
    const auto two = session(tokens.make(wanted(TokenKind::api, "two"))).value();
    const auto session_secret = session(tokens.make(wanted(TokenKind::session))).value().secret;
    const auto all = session(tokens.list(TokenKind::api));
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].label == "two");
    CHECK((*all)[0].id == two.token.id);
    CHECK((*all)[0].csrf.empty());
    CHECK((*all)[1].label == "one");

    for (const auto* none :
         {"", "0000", "0000000000000000", "zzzzzzzzzzzzzzzz", "' OR 1=1 --    "}) {
        CAPTURE(none);
        CHECK_FALSE(session(tokens.revoke(none)).value());
    }
    CHECK(session(tokens.revoke(one.token.id)).value());
    CHECK_FALSE(session(tokens.revoke(one.token.id)).value());
    CHECK_FALSE(session(tokens.find(one.secret, TokenKind::api)).value());
    CHECK(session(tokens.find(two.secret, TokenKind::api)).value());
    CHECK(session(tokens.end(session_secret)).value());
    CHECK_FALSE(session(tokens.end(session_secret)).value());
    CHECK(session.sql("SELECT label FROM AccessToken") == "two\n");
}

TEST_CASE("after a restore accounts and programs get in, and those who signed in do so again") {
    const auto from = GENERATE("sqlite", "mariadb");
    const auto to = GENERATE("sqlite", "mariadb");
    CAPTURE(from, to);
    const TempDir directory;
    const auto path = directory.file("backup");
    std::string api;
    std::string signed_in;
    std::string link;
    {
        Session source(from);
        REQUIRE(source(source.schema.migrate()));
        store::Accounts accounts(*source.connection);
        REQUIRE(source(accounts.add("ann", "correct horse battery", Roles(Role::admin))));
        store::AccessTokens tokens(*source.connection);
        api = source(tokens.make(wanted(TokenKind::api))).value().secret;
        signed_in = source(tokens.make(wanted(TokenKind::session))).value().secret;
        link = source(tokens.make(wanted(TokenKind::link))).value().secret;
        store::StoreBackup backup(*source.connection);
        REQUIRE(source(backup.write(path, {})));
    }
    Session target(to);
    REQUIRE(target(target.schema.migrate()));
    store::StoreBackup backup(*target.connection);
    REQUIRE(target(backup.restore(path, store::Overwrite::yes, {})));
    store::Accounts accounts(*target.connection);
    store::AccessTokens tokens(*target.connection);
    const auto known = target(accounts.verify("ann", "correct horse battery")).value();
    REQUIRE(known);
    CHECK(known->roles == Roles(Role::admin));
    CHECK(target(tokens.find(api, TokenKind::api)).value());
    CHECK_FALSE(target(tokens.find(signed_in, TokenKind::session)).value());
    CHECK_FALSE(target(tokens.consume(link)).value());
}
