#include "programs.hpp"
#include "store/access_tokens.hpp"
#include "store/accounts.hpp"
#include "store/module_edits.hpp"
#include "support/await.hpp"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

using namespace lars;
using namespace lars::test;

namespace {

constexpr const char* kPassword = "correct horse battery";

/// A store, and `lars` on it.
class Console {
public:
    explicit Console(const std::string& kind) : database_(make_database(kind)) {
        ::setenv("LARS_STORE_PASSWORD", database_->url().password.c_str(), 1);
        ::setenv("LARS_STORE", store::to_string(database_->url()).c_str(), 1);
        REQUIRE((*this)({"store", "migrate"}).size() > 0);
        std::ofstream(password_file) << kPassword << "\r\nanother line\n";
    }
    ~Console() { ::unsetenv("LARS_STORE"); }
    std::string operator()(const std::vector<std::string>& words, int status = 0) {
        CAPTURE(words);
        const auto done = run_lars(words);
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    }

    bool knows(const std::string& name, const std::string& password) {
        boost::asio::io_context context(1);
        const auto opened = store::make_database(context.get_executor(), database_->url());
        store::Accounts accounts(*opened);
        return await(context, accounts.verify(name, password)).value().has_value();
    }
    std::optional<store::AccessToken> consume(const std::string& secret) {
        boost::asio::io_context context(1);
        const auto opened = store::make_database(context.get_executor(), database_->url());
        return await(context, store::AccessTokens(*opened).consume(secret)).value();
    }
    /// Gives module 1/1 these endpoints. Answers the change's id.
    std::uint64_t edit(const std::vector<std::string>& endpoints) {
        boost::asio::io_context context(1);
        const auto opened = store::make_database(context.get_executor(), database_->url());
        store::ModuleEdits edits(*opened);
        store::ModuleEdit edit;
        edit.module = {1, 1};
        edit.actor = "ann";
        edit.etag = store::etag_of(await(context, edits.read(edit.module)).value());
        for (const auto& each : endpoints) {
            edit.wanted.push_back({edit.module, *parse_endpoint(each), {}});
        }
        return await(context, edits.commit(edit)).value().change_id;
    }

    TempDir directory;
    std::string password_file = directory.file("password");

private:
    std::unique_ptr<Database> database_;
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// `lars` at a terminal, where somebody answers each question.
Finished run_at_terminal(std::vector<std::string> words, const std::vector<std::string>& answers) {
    words.insert(words.begin(), program("lars"));
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    int terminal = -1;
    const auto child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
    if (child == 0) {
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    Finished done;
    std::array<char, 4096> bytes{};
    std::size_t answered = 0;
    while (true) {
        const auto count = ::read(terminal, bytes.data(), bytes.size());
        if (count <= 0) break;
        done.output.append(bytes.data(), static_cast<std::size_t>(count));
        if (!done.output.ends_with(": ") || answered == answers.size()) continue;
        const auto& answer = answers[answered++];
        if (::write(terminal, answer.data(), answer.size()) < 0) break;
    }
    ::close(terminal);
    int status = 0;
    ::waitpid(child, &status, 0);
    done.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return done;
}

}  // namespace

TEST_CASE("accounts of the console are made, changed and removed with lars console") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Console lars(kind);
    CHECK(
        lars({"console", "list-users"}) == "NAME  ROLES  MADE (UTC)\nlars: there are no accounts\n"
    );
    const std::vector<std::string> add{
        "console", "add-user", "ann", "--roles", "edit", "--password-file", lars.password_file};
    CHECK(lars(add) == "ann may sign in: read,edit\n");
    CHECK(lars.knows("ann", kPassword));
    CHECK(lars(add, 1) == "lars: there is an account ann already\n");
    CHECK(contains(lars({"console", "list-users"}), "ann   read,edit  20"));
    CHECK(contains(
        lars({"console", "list-users", "--json"}), R"([{"name":"ann","roles":["read","edit"],)"
    ));
    CHECK(lars({"console", "set-roles", "ann", "admin"}) == "ann may: read,edit,admin\n");
    CHECK(
        lars({"console", "set-roles", "ann", "root"}, 2) ==
        "lars: 'root' is not read, edit or admin\n"
    );
    std::ofstream(lars.password_file) << "short\n";
    CHECK(contains(
        lars({"console", "set-password", "ann", "--password-file", lars.password_file}, 1),
        "shorter than 12"
    ));
    std::ofstream(lars.password_file) << "another good one\n";
    CHECK(
        lars({"console", "set-password", "ann", "--password-file", lars.password_file}) ==
        "ann has another password, and no sessions\n"
    );
    CHECK(lars.knows("ann", "another good one"));
    CHECK_FALSE(lars.knows("ann", kPassword));
    CHECK(lars({"console", "remove-user", "ann"}) == "ann is removed\n");
    CHECK(lars({"console", "remove-user", "ann"}, 1) == "lars: there is no account ann\n");
}

TEST_CASE("a password is asked for twice, and not shown") {
    Console lars("sqlite");
    const std::vector<std::string> add{"console", "add-user", "ann"};
    const auto typed = std::string(kPassword) + "\n";
    const auto differs = run_at_terminal(add, {typed, "correct horse batterz\n"});
    CAPTURE(differs.output);
    CHECK(differs.status == 1);
    CHECK(contains(differs.output, "these are two passwords"));
    const auto interrupted = run_at_terminal(add, {"corr\x03"});
    CAPTURE(interrupted.output);
    CHECK(interrupted.status == 1);
    CHECK(contains(interrupted.output, "interrupted, nothing is changed"));
    const auto done = run_at_terminal(add, {typed, typed});
    CAPTURE(done.output);
    CHECK(done.status == 0);
    CHECK(contains(done.output, "ann may sign in: read\r\n"));
    CHECK_FALSE(contains(done.output, "correct"));
    CHECK(lars.knows("ann", kPassword));
}

TEST_CASE("lars console link prints what signs in once") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Console lars(kind);
    const auto printed = lars({"console", "link", "--roles", "edit"});
    const auto secret = printed.substr(0, printed.find('\n'));
    CHECK(secret.size() == 43);
    CHECK(contains(printed, "lars: signs in once within ten minutes: read,edit\n"));
    const auto link = lars.consume(secret);
    REQUIRE(link);
    CHECK(link->roles == store::Roles(store::Role::edit));
    CHECK(link->account.empty());
    CHECK(link->expires_at - link->created_at == std::chrono::minutes(10));
    CHECK_FALSE(lars.consume(secret));
}

TEST_CASE("edits are listed with lars history, and taken back with lars undo") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Console lars(kind);
    CHECK(contains(lars({"history"}), "lars: there are no edits\n"));
    lars({"name", "add", "payments", "1", "1"});
    const auto first = lars.edit({"10.0.0.1:80", "10.0.0.2:80"});
    const auto second = std::to_string(lars.edit({"10.0.0.3:80"}));
    const auto all = lars({"history"});
    CHECK(contains(all, "ann  edit    payments (1/1)  2 added, 0 removed, 0 changed\n"));
    CHECK(contains(all, "ann  edit    payments (1/1)  1 added, 2 removed, 0 changed\n"));
    CHECK_FALSE(contains(lars({"history", "--limit", "1"}), "2 added"));
    CHECK(contains(lars({"history", "2", "2"}), "there are no edits"));
    const auto json = lars({"history", "payments", "--json", "--limit", "1"});
    CHECK(contains(json, R"([{"id":)" + second + R"(,"made_at":)"));
    CHECK(contains(json, R"("name":"payments","before":{"endpoints":[{"host":"10.0.0.1",)"));

    CHECK(contains(
        lars({"undo", std::to_string(first)}, 1), "the module was edited since, so nothing"
    ));
    CHECK(lars({"undo", second}) == "undone: 2 added, 1 removed, 0 changed\n");
    const auto routes = lars({"route", "list", "payments"});
    CHECK(contains(routes, "10.0.0.1:80"));
    CHECK_FALSE(contains(routes, "10.0.0.3:80"));
    CHECK(contains(lars({"history"}), "undo"));
    CHECK(lars({"undo", "999"}, 1) == "lars: change 999 isn't in the history\n");
}
