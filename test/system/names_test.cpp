#include "programs.hpp"
#include "support/free_port.hpp"

#include <cstdlib>
#include <fstream>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// `lars` on a store of its own.
class Lars {
public:
    explicit Lars(const std::string& kind = "sqlite") : database_(make_database(kind)) {
        ::setenv("LARS_STORE_PASSWORD", database_->url().password.c_str(), 1);
        REQUIRE((*this)({"store", "migrate"}).size() > 0);
    }
    std::string operator()(const std::vector<std::string>& words, int status = 0) {
        CAPTURE(words);
        const auto done = run_lars(words, environment());
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    }
    Subprocess::Environment environment() {
        return {{"LARS_STORE", lars::store::to_string(database_->url())}};
    }
    Database& database() { return *database_; }

private:
    std::unique_ptr<Database> database_;
};

}  // namespace

TEST_CASE("a module is named, renamed, pointed elsewhere and removed with lars name") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Lars lars(kind);
    CHECK(lars({"name", "list"}) == "NAME  MODID  CMDID  ALIASES\nlars: there are no names\n");
    CHECK(lars({"name", "add", "payments", "1", "1"}) == "payments is module 1/1\n");
    CHECK(lars({"name", "add", "payments", "1", "1"}) == "payments is module 1/1 already\n");
    CHECK(
        lars({"name", "add", "payments", "1", "2"}, 1) ==
        "lars: payments is the name of module 1/1 already\n"
    );
    CHECK(lars({"name", "add", "mail"}) == "mail is module 1073741824/1\n");
    CHECK(
        lars({"name", "rename", "payments", "billing"}) ==
        "module 1/1 is called billing, and payments is an alias of that\n"
    );
    CHECK(lars({"name", "alias", "pay", "billing"}) == "pay is an alias of billing\n");
    CHECK(
        lars({"name", "list"}) ==
        "NAME     MODID       CMDID  ALIASES\n"
        "billing  1           1      pay, payments\n"
        "mail     1073741824  1\n"
    );
    CHECK(lars({"name", "list", "--words"}) == "billing\npay\npayments\nmail\n");
    CHECK(contains(
        lars({"name", "list", "--json"}),
        R"({"name":"billing","modid":1,"cmdid":1,"aliases":["pay","payments"],"created_at":)"
    ));
    CHECK(lars({"name", "point", "billing", "2", "1"}) == "billing is module 2/1 now\n");
    CHECK(lars({"name", "point", "billing", "2", "1"}) == "billing is module 2/1 already\n");
    CHECK(contains(
        lars({"name", "point", "mail", "2", "1"}, 1),
        "lars: module 2/1 is called billing, and a module has one name"
    ));
    CHECK(lars({"name", "remove", "pay"}) == "1 removed\n");
    CHECK(lars({"name", "remove", "billing"}) == "2 removed\n");
    CHECK(lars({"name", "remove", "billing"}, 1) == "lars: no module is called billing\n");
    CHECK(contains(lars({"name", "add", "No"}, 1), "'No' is no name: names are of lower-case"));
    CHECK(contains(lars({"name", "add", "x", "1"}, 2), "MODID and CMDID go together"));
}

TEST_CASE("a route is added to a name that isn't there, which makes it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Lars lars(kind);
    CHECK(
        lars({"route", "add", "payments", "10.0.0.1:80", "10.0.0.2:80"}) ==
        "payments is module 1073741824/1 now\n2 added, 0 already there\n"
    );
    CHECK(lars({"route", "add", "payments", "10.0.0.1:80"}) == "0 added, 1 already there\n");
    CHECK(contains(lars({"route", "add", "other", "0.0.0.0:80"}, 2), "no node has this address"));
    CHECK(lars({"name", "list", "--words"}) == "payments\n");
    CHECK(lars({"route", "weight", "payments", "0", "10.0.0.2:80"}) == "1 changed\n");
    CHECK(lars({"route", "add", "1", "1", "10.0.0.9:80"}) == "1 added, 0 already there\n");
    const std::string rows =
        "payments  1073741824  1      10.0.0.1:80  100\n"
        "payments  1073741824  1      10.0.0.2:80  0\n";
    const std::string heading = "NAME      MODID       CMDID  ENDPOINT     WEIGHT\n";
    CHECK(lars({"route", "list", "payments"}) == heading + rows);
    CHECK(
        lars({"route", "list"}) ==
        heading + "          1           1      10.0.0.9:80  100\n" + rows
    );
    CHECK(lars({"route", "list", "1073741824", "1"}) == heading + rows);
    CHECK(lars({"route", "remove", "payments", "10.0.0.2:80"}) == "1 removed\n");
    const std::string nobody = "lars: no module is called paymnts; see: lars name list\n";
    CHECK(lars({"route", "remove", "paymnts", "10.0.0.2:80"}, 1) == nobody);
    CHECK(lars({"route", "list", "paymnts"}, 1) == nobody);
    CHECK(contains(
        lars({"route", "add", "Pay:1", "10.0.0.2:80"}, 2),
        "'Pay:1' is neither MODID CMDID nor a name: names are of lower-case"
    ));
    CHECK(contains(lars({"route", "add", "payments"}, 2), "something is missing"));
    CHECK(contains(lars({"route", "list", "payments", "1"}, 2), "'1' is too much"));
}

TEST_CASE("policies, alarms and status take names, and show them") {
    Lars lars;
    lars({"name", "add", "payments", "1", "1"});
    CHECK(lars({"policy", "set", "payments", "adaptive", "ejection_ms=500"}) == "set\n");
    CHECK(
        lars({"policy", "list", "payments"}) ==
        "NAME      MODID  CMDID  POLICY    PARAMETERS\n"
        "payments  1      1      adaptive  ejection_ms=500\n"
    );
    CHECK(contains(lars({"policy", "list", "--json"}), R"("module":"payments")"));
    CHECK(lars({"policy", "remove", "payments"}) == "1 removed\n");
    CHECK(
        lars({"policy", "remove", "payments"}, 1) ==
        "lars: module payments (1/1) has no policy, so nothing is removed\n"
    );
    CHECK(contains(lars({"alarm", "add", "payments", "--error-rate", "10%"}), "rule 1: "));
    CHECK(contains(lars({"alarm", "add", "all", "--error-rate", "10%"}), "rule 2: "));
    const auto rules = lars({"alarm", "list"});
    CHECK(contains(rules, "1   payments (1/1)"));
    CHECK(contains(rules, "2   all "));
    CHECK(contains(lars({"alarm", "list", "--json"}), R"("name":"payments")"));
    lars({"route", "add", "payments", "10.0.0.1:80"});
    CHECK(contains(lars({"status"}), "payments  1      1      1"));
    CHECK(contains(lars({"status", "--json"}), R"("modid":1,"cmdid":1,"name":"payments")"));
    CHECK(contains(lars({"status", "payments"}), "10.0.0.1:80"));
}

TEST_CASE("names are exported with routes, and imported beside ids or in their place") {
    Lars lars;
    const TempDir directory;
    lars({"route", "add", "payments", "10.0.0.1:80"});
    lars({"route", "add", "1", "1", "10.0.0.9:80"});
    const std::string csv =
        "modid,cmdid,host,port,weight,name\n"
        "1,1,10.0.0.9,80,100,\n"
        "1073741824,1,10.0.0.1,80,100,payments\n";
    CHECK(lars({"route", "export"}) == csv);
    for (const auto* extension : {".csv", ".json"}) {
        const auto file = directory.file(std::string("routes") + extension);
        CHECK(lars({"route", "export", file}) == "2 exported\n");
        Lars other;
        CHECK(
            other({"route", "import", file}) ==
            "payments is module 1073741824/1 now\n2 added, 0 already there\n"
        );
        CHECK(other({"route", "export"}) == csv);
        CHECK(other({"route", "import", file}) == "0 added, 2 already there\n");
    }
    const auto file = directory.file("named.csv");
    std::ofstream(file
    ) << "name,host,port\nmail,10.0.0.5,25\nmail,10.0.0.6,25\npayments,10.0.0.7,80\n";
    CHECK(
        lars({"route", "import", file}) ==
        "mail is module 1073741824/2 now\n3 added, 0 already there\n"
    );
    std::ofstream(file) << "modid,cmdid,host,port,name\n5,5,10.0.0.5,25,mail\n";
    CHECK(lars({"route", "import", file}, 1) == "lars: mail is module 1073741824/2, not 5/5\n");
    std::ofstream(file) << "name,host,port\nNo,10.0.0.5,25\n,10.0.0.5,25\n";
    const auto refused = lars({"route", "import", file}, 1);
    CHECK(contains(refused, "line 2: name 'No' is none: names are of lower-case"));
    CHECK(contains(refused, "line 3: modid '' is not a number from 0 to 2147483647"));
}

TEST_CASE("a shell completes commands, and names of modules") {
    Lars lars;
    lars({"name", "add", "payments"});
    lars({"name", "add", "paper"});
    const TempDir directory;
    const auto script = directory.file("complete");
    const auto bin = program("lars");
    std::ofstream(script
    ) << "PATH="
      << bin.substr(0, bin.rfind('/')) << ":$PATH\n"
      << "source <(lars completion bash) || exit 1\n"
      << "complete_line() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _lars;"
         " echo \"${COMPREPLY[@]}\"; }\n"
      << "complete_line lars na\ncomplete_line lars name ren\ncomplete_line lars get-host pa\n"
      << "complete_line lars route list pay\n";
    const auto done = run_program({"bash", script}, lars.environment());
    CAPTURE(done.output);
    CHECK(done.status == 0);
    CHECK(done.output == "name\nrename\npaper payments\npayments\n");
    CHECK(contains(lars({"completion", "zsh"}), "#compdef lars\n"));
    CHECK(contains(lars({"completion", "fish"}, 2), "'fish' is not bash or zsh"));
}

TEST_CASE("names that were lost are shown by lars route held, and go when that is confirmed") {
    const auto kind = std::string(GENERATE("sqlite", "mariadb"));
    CAPTURE(kind);
    Lars lars(kind);
    lars({"name", "add", "payments", "1", "1"});
    lars({"name", "alias", "pay", "payments"});
    const TempDir directory;
    const auto dns = "127.0.0.1:" + std::to_string(free_port());
    const Subprocess service(
        {program("lars-dns"),
         "--store",
         lars::store::to_string(lars.database().url()),
         "--listen",
         dns,
         "--compare-interval",
         "200ms"},
        directory.file("dns")
    );
    const auto held = [&] { return run_lars({"route", "held", "--dns", dns}); };
    REQUIRE(eventually([&] { return held().status == 0; }));
    lars.database().sql(
        kind == "mariadb" ? "TRUNCATE ModuleName"
                          : "DROP TRIGGER lars_name_delete; DELETE FROM ModuleName"
    );
    REQUIRE(eventually([&] { return contains(held().output, "2 names held"); }));
    const auto shown = held();
    CHECK(shown.status == 1);
    CHECK(contains(shown.output, "NAME      MODID  CMDID  AGENTS  WHY\n"));
    CHECK(contains(shown.output, "pay       1      1      all     not in the change log\n"));
    const auto json = run_lars({"route", "held", "--dns", dns, "--json"});
    CHECK(contains(
        json.output,
        R"("held_names":2,"names":[{"name":"pay","modid":1,"cmdid":1,"reason":"unexplained")"
    ));
    lars({"route", "confirm"});
    CHECK(eventually([&] { return held().status == 0; }));
}

TEST_CASE("programs find a service by its name, through a rename and elsewhere") {
    const Dev dev;
    const Subprocess::Environment world{{"LARS_STORE", dev.store()}, {"LARS_AGENT", dev.agent()}};
    const auto run = [&](const std::vector<std::string>& words) { return run_lars(words, world); };
    const auto answers = [&](const std::string& name, const std::string& endpoint) {
        return eventually([&] { return run({"get-host", name}).output == endpoint + '\n'; });
    };
    REQUIRE(run({"route", "add", "payments", "127.0.0.1:7001"}).status == 0);
    CHECK(answers("payments", "127.0.0.1:7001"));
    CHECK(run({"get-route", "payments"}).output == "127.0.0.1:7001\n");
    CHECK(run({"report", "payments", "127.0.0.1:7001"}).status == 0);
    CHECK(contains(run({"simulate", "payments", "--count", "10"}).output, "127.0.0.1:7001  10"));

    const auto measured = run({"qps", "payments", "--seconds", "1", "--json"});
    CAPTURE(measured.output);
    CHECK(measured.status == 0);
    CHECK(contains(measured.output, "\"noexist\":0,"));

    REQUIRE(run({"name", "rename", "payments", "billing"}).status == 0);
    CHECK(answers("billing", "127.0.0.1:7001"));
    CHECK(answers("payments", "127.0.0.1:7001"));

    REQUIRE(run({"route", "add", "5", "5", "127.0.0.1:7005"}).status == 0);
    REQUIRE(run({"name", "point", "billing", "5", "5"}).status == 0);
    CHECK(answers("billing", "127.0.0.1:7005"));
    CHECK(answers("payments", "127.0.0.1:7005"));

    const auto nobody = run({"get-host", "nobody"});
    CHECK(nobody.status == 1);
    CHECK(contains(nobody.output, "module nobody: NOEXIST"));
}
