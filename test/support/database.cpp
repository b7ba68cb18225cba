#include "support/database.hpp"

#include <stdexcept>

namespace lars::test {
namespace {

class Sqlite final : public Database {
public:
    store::Url url() override {
        return *store::parse_url("sqlite://" + directory_.file("lars.db"));
    }
    std::string sql(const std::string& text) override {
        const auto done = run_program(
            {"sqlite3",
             "-batch",
             "-separator",
             "\t",
             "-cmd",
             ".timeout 5000",
             directory_.file("lars.db"),
             text}
        );
        if (done.status != 0) throw std::runtime_error(done.output);
        return done.output;
    }

private:
    TempDir directory_;
};

class Mariadb final : public Database {
public:
    Mariadb() {
        shared_mariadb().sql("DROP DATABASE IF EXISTS lars_dns; CREATE DATABASE lars_dns;");
    }
    store::Url url() override {
        auto url = *store::parse_url(shared_mariadb().url());
        url.password = shared_mariadb().password();
        return url;
    }
    std::string sql(const std::string& text) override {
        return shared_mariadb().sql("USE lars_dns; " + text);
    }
};

}  // namespace

MariadbServer& shared_mariadb() {
    static MariadbServer server;
    return server;
}

std::unique_ptr<Database> make_database(const std::string& kind) {
    if (kind == "sqlite") return std::make_unique<Sqlite>();
    return std::make_unique<Mariadb>();
}

}  // namespace lars::test
