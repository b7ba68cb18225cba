#include "store/engine/password_file.hpp"
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

TEST_CASE("what an editor adds to a password file isn't part of the password") {
    const TempDir directory;
    const auto path = directory.file("file");
    for (const auto* text :
         {"secret", "secret\n", "secret\r\n", "\xEF\xBB\xBFsecret\n", "secret\r\nmore\r\n"}) {
        write(path, text);
        CHECK(*read_password_file(path) == "secret");
    }
}

TEST_CASE("a password file without a usable password says why") {
    const TempDir directory;
    const auto path = directory.file("file");
    const auto why = [&path](const std::string& text) {
        write(path, text);
        return read_password_file(path).error().message;
    };
    for (const auto* nothing : {"", "\n", "\r\n", "\xEF\xBB\xBF\n"}) {
        CHECK(why(nothing).ends_with(path + ": its first line is empty"));
    }
    CHECK(why("\xFF\xFEs").ends_with(": it is UTF-16; save it as UTF-8"));
    CHECK(read_password_file("/nowhere/p").error().message.ends_with("No such file or directory"));
}

TEST_CASE("a password that was refused is said to have what can't be seen") {
    CHECK(invisible_flaw("secret ", "/p") == "; the password in /p ends with a blank");
    CHECK(invisible_flaw("\tsecret", "") == "; the password begins with a blank");
    CHECK(invisible_flaw("secret\r", "") == "; the password ends with a carriage return");
    CHECK(invisible_flaw("with a blank", "/p").empty());
}

TEST_CASE("a password that was changed in its file is read again, and not one from elsewhere") {
    const TempDir directory;
    write(directory.file("file"), "old\n");
    auto url = [&] {
        const Environment variables{{"LARS_STORE_PASSWORD_FILE", directory.file("file")}};
        return *resolved();
    }();
    write(directory.file("file"), "new\n");
    REQUIRE(reread_password(url).has_value());
    CHECK(url.password == "new");
    Url given = *parse_url("mysql://lars@db/lars_dns");
    given.password = "given";
    REQUIRE(reread_password(given).has_value());
    CHECK(given.password == "given");
}

TEST_CASE("an empty variable is no password") {
    const TempDir directory;
    write(directory.file("file"), "from-file\n");
    const Environment variables{
        {"LARS_STORE_PASSWORD", ""}, {"LARS_STORE_PASSWORD_FILE", directory.file("file")}};
    CHECK(resolved()->password == "from-file");
}
