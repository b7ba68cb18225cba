#include "store/engine/url.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <stdlib.h>

#include <fstream>
#include <initializer_list>
#include <utility>

using namespace lars::store;
using lars::test::TempDir;

namespace {

/// These variables and no other source of a password, until it goes.
class Environment {
public:
    Environment(std::initializer_list<std::pair<const char*, std::string>> variables) {
        clear();
        for (const auto& [name, value] : variables) ::setenv(name, value.c_str(), 1);
    }
    ~Environment() { clear(); }

private:
    static void clear() {
        ::unsetenv("LARS_STORE_PASSWORD");
        ::unsetenv("LARS_STORE_PASSWORD_FILE");
        ::unsetenv("CREDENTIALS_DIRECTORY");
    }
};

void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
}

Result<Url> resolved() {
    return resolve_password(*parse_url("mysql://lars@db/lars_dns"));
}

}  // namespace

TEST_CASE("the password comes from the variable, before any file") {
    const TempDir directory;
    write(directory.file("file"), "from-file");
    const Environment variables{
        {"LARS_STORE_PASSWORD", "from-variable"},
        {"LARS_STORE_PASSWORD_FILE", directory.file("file")}};
    CHECK(resolved()->password == "from-variable");
}

TEST_CASE("the password is the first line of the file that is named") {
    const TempDir directory;
    write(directory.file("file"), "with spaces, = and #\nsecond line\n");
    const Environment variables{{"LARS_STORE_PASSWORD_FILE", directory.file("file")}};
    CHECK(resolved()->password == "with spaces, = and #");
}

TEST_CASE("a password file that can't be read is an error that names it") {
    const Environment variables{{"LARS_STORE_PASSWORD_FILE", "/nowhere/password"}};
    const auto url = resolved();
    REQUIRE(url.has_error());
    CHECK(url.error().kind == ErrorKind::invalid);
    CHECK(url.error().message.find("/nowhere/password") != std::string::npos);
}

TEST_CASE("the password is systemd's credential store-password, if there is one") {
    const TempDir directory;
    const Environment variables{{"CREDENTIALS_DIRECTORY", directory.path().string()}};
    CHECK(resolved()->password.empty());
    write(directory.file("store-password"), "from-systemd\n");
    CHECK(resolved()->password == "from-systemd");
}

TEST_CASE("a password is never printed with the URL that it belongs to") {
    const Environment variables{{"LARS_STORE_PASSWORD", "secret"}};
    CHECK(to_string(*resolved()) == "mysql://lars@db/lars_dns");
}
