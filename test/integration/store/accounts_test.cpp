#include "store/accounts.hpp"

#include "session.hpp"
#include "store/access_tokens.hpp"

using namespace lars;
using namespace lars::test;
using store::Role;
using store::Roles;
using store::TokenKind;

namespace {

constexpr const char* kPassword = "correct horse battery";

/// Who is on which token of a kind.
std::vector<std::string> holders(Session& session, TokenKind kind) {
    store::AccessTokens tokens(*session.connection);
    std::vector<std::string> all;
    for (const auto& token : session(tokens.list(kind)).value()) {
        all.push_back(token.account + ": " + token.roles.text());
    }
    std::ranges::sort(all);
    return all;
}

void make_token(Session& session, TokenKind kind, const std::string& account, Role role) {
    store::AccessTokens tokens(*session.connection);
    const store::NewToken wanted{kind, account, Roles(role), "", std::chrono::hours(1)};
    REQUIRE(session(tokens.make(wanted)));
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an account is verified by its password only") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    REQUIRE(session(accounts.add("ann", kPassword, Roles(Role::edit))));
    REQUIRE(session(accounts.add("a.b_c-d@example", kPassword, Roles(Role::read))));
    const auto known = session(accounts.verify("ann", kPassword));
    REQUIRE(known);
    REQUIRE(*known);
    CHECK((*known)->name == "ann");
    CHECK((*known)->roles == Roles(Role::edit));
    CHECK(store::to_number((*known)->created_at) > 1'700'000'000);
    for (const auto& [name, password] :
         {std::pair("ann", "correct horse batterz"),
          std::pair("ann", ""),
          std::pair("ANN", kPassword),
          std::pair("bob", kPassword),
          std::pair("", kPassword),
          std::pair("\xC3\xBCnal", kPassword),
          std::pair("ann\xFF", kPassword),
          std::pair("<b>ann</b>", kPassword),
          std::pair("' OR 1=1 -- ", kPassword)}) {
        CAPTURE(name, password);
        const auto unknown = session(accounts.verify(name, password));
        REQUIRE(unknown);
        CHECK_FALSE(*unknown);
    }
    const auto all = session(accounts.list());
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].name == "a.b_c-d@example");
    CHECK((*all)[1].name == "ann");
    // No two have the same salt, and no password is stored.
    CHECK(session.sql("SELECT COUNT(DISTINCT password) FROM Account") == "2\n");
    CHECK(session.sql("SELECT password FROM Account").find("horse") == std::string::npos);
}

TEST_CASE("an account that can't be is refused in words") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    REQUIRE(session(accounts.add("ann", kPassword, Roles(Role::read))));
    const auto refused = [&](const std::string& name, const std::string& password, Roles roles) {
        const auto added = session(accounts.add(name, password, roles));
        REQUIRE_FALSE(added);
        CHECK(added.error().kind == store::ErrorKind::invalid);
        return added.error().message;
    };
    const Roles read(Role::read);
    CHECK(refused("ann", kPassword, read) == "there is an account ann already");
    CHECK(refused("bob", "12345678901", read) == "the password is shorter than 12 characters");
    // Six characters of two bytes each.
    CHECK(
        refused("bob", "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC", read) ==
        "the password is shorter than 12 characters"
    );
    CHECK(refused("bob", kPassword, Roles()) == "no roles");
    for (const auto& name : {"", "Bob", "b ob", "b\xC3\xBC", "b'ob"}) {
        CAPTURE(name);
        CHECK(refused(name, kPassword, read).starts_with("an account's name has"));
    }
    CHECK(refused(std::string(65, 'a'), kPassword, read).starts_with("an account's name has"));
    REQUIRE(session(accounts.add(std::string(64, 'a'), "123456789012", read)));
    CHECK(session.sql("SELECT COUNT(*) FROM Account") == "2\n");
}

TEST_CASE("a name that no account can have is nobody's") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    for (const std::string name : {"", "\xC3\xBCnal", "ann\xFF", "' OR 1=1 -- "}) {
        CAPTURE(name);
        const auto password = session(accounts.set_password(name, kPassword));
        REQUIRE_FALSE(password);
        CHECK(password.error().message == "there is no account " + name);
        const auto roles = session(accounts.set_roles(name, Roles(Role::read)));
        REQUIRE_FALSE(roles);
        CHECK(roles.error().kind == store::ErrorKind::invalid);
        const auto removed = session(accounts.remove(name));
        REQUIRE(removed);
        CHECK_FALSE(*removed);
    }
}

TEST_CASE("a new password ends the account's sessions, and no other token") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    REQUIRE(session(accounts.add("ann", kPassword, Roles(Role::edit))));
    make_token(session, TokenKind::session, "ann", Role::edit);
    make_token(session, TokenKind::session, "bob", Role::edit);
    make_token(session, TokenKind::api, "ann", Role::edit);
    const auto short_one = session(accounts.set_password("ann", "short"));
    REQUIRE_FALSE(short_one);
    CHECK(holders(session, TokenKind::session).size() == 2);

    REQUIRE(session(accounts.set_password("ann", "another good one")));
    CHECK(holders(session, TokenKind::session) == Texts{"bob: read,edit"});
    CHECK(holders(session, TokenKind::api) == Texts{"ann: read,edit"});
    CHECK_FALSE(session(accounts.verify("ann", kPassword)).value());
    CHECK(session(accounts.verify("ann", "another good one")).value());
    const auto missing = session(accounts.set_password("carl", kPassword));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == "there is no account carl");
}

TEST_CASE("an account's tokens keep no more roles than it has") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    REQUIRE(session(accounts.add("ann", kPassword, Roles(Role::admin))));
    make_token(session, TokenKind::session, "ann", Role::admin);
    make_token(session, TokenKind::session, "bob", Role::admin);
    make_token(session, TokenKind::api, "ann", Role::read);
    make_token(session, TokenKind::api, "ann", Role::edit);
    // As it is already: no error.
    REQUIRE(session(accounts.set_roles("ann", Roles(Role::admin))));
    REQUIRE(session(accounts.set_roles("ann", Roles(Role::edit))));
    CHECK(holders(session, TokenKind::session) == Texts{"ann: read,edit", "bob: read,edit,admin"});
    CHECK(holders(session, TokenKind::api) == Texts{"ann: read", "ann: read,edit"});
    CHECK((*session(accounts.verify("ann", kPassword)).value()).roles == Roles(Role::edit));
    REQUIRE(session(accounts.set_roles("ann", Roles(Role::read))));
    CHECK(holders(session, TokenKind::session)[0] == "ann: read");
    CHECK(holders(session, TokenKind::api) == Texts{"ann: read", "ann: read"});
    CHECK_FALSE(session(accounts.set_roles("carl", Roles(Role::read))));
    CHECK_FALSE(session(accounts.set_roles("ann", Roles())));
}

TEST_CASE("an account goes with its tokens") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    store::Accounts accounts(*session.connection);
    REQUIRE(session(accounts.add("ann", kPassword, Roles(Role::edit))));
    make_token(session, TokenKind::session, "ann", Role::edit);
    make_token(session, TokenKind::link, "ann", Role::edit);
    make_token(session, TokenKind::api, "ann", Role::edit);
    make_token(session, TokenKind::api, "bob", Role::edit);
    CHECK(session(accounts.remove("ann")).value());
    CHECK_FALSE(session(accounts.remove("ann")).value());
    CHECK(session(accounts.list())->empty());
    CHECK(session.sql("SELECT account FROM AccessToken") == "bob\n");
}
