#include "support/mariadbd.hpp"

#include "support/wait.hpp"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <random>
#include <sstream>
#include <stdexcept>

namespace lars::test {
namespace {

constexpr const char* kUserForRoot = "nobody";  // as whom rsync serves when it's run by root

bool is_root() {
    return ::geteuid() == 0;
}

void give_away(const std::filesystem::path& directory) {
    const auto* user = ::getpwnam(kUserForRoot);
    if (!user || ::chown(directory.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("cannot give a directory to " + std::string(kUserForRoot));
    }
}

std::string random_password() {
    std::random_device random;
    std::ostringstream text;
    for (int i = 0; i < 4; ++i) text << std::hex << random();
    return text.str();
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

Mariadbd::Mariadbd(std::vector<std::string> options) : options_(std::move(options)) {
    std::filesystem::create_directory(data());
    std::filesystem::create_directory(temporary());
    if (!is_root()) return;
    give_away(directory_.path());
    give_away(data());
    give_away(temporary());
    options_.push_back(std::string("--user=") + kUserForRoot);
}

Mariadbd::~Mariadbd() {
    if (server_) kill();
}

void Mariadbd::install() {
    std::vector<std::string> command{
        "mariadb-install-db",
        "--no-defaults",
        "--datadir=" + data().string(),
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--innodb-log-file-size=8M",
    };
    if (is_root()) command.push_back(std::string("--user=") + kUserForRoot);
    const auto installed = run_program(command, environment());
    if (installed.status != 0) throw std::runtime_error(installed.output);
}

void Mariadbd::start(const std::vector<std::string>& more_options) {
    std::vector<std::string> command{
        "/usr/sbin/mariadbd",
        "--no-defaults",
        "--datadir=" + data().string(),
        "--socket=" + directory_.file("sock"),
        "--pid-file=" + directory_.file("pid"),
        "--port=" + std::to_string(port_),
        "--bind-address=127.0.0.1",
        "--skip-log-bin",
        "--skip-name-resolve",
        "--innodb-buffer-pool-size=16M",
        "--innodb-log-file-size=8M",
        "--performance-schema=OFF",
    };
    append(command, options_);
    append(command, more_options);
    server_ = std::make_unique<Subprocess>(command, directory_.file("log"), environment());
    const auto settled = [this] { return run_sql("SELECT 1").status == 0 || !running(); };
    if (!eventually(settled, std::chrono::seconds(60)) || !running()) {
        throw std::runtime_error("mariadbd doesn't answer: " + output());
    }
}

// A server that starts removes what looks like its temporary tables: those of others, too.
Subprocess::Environment Mariadbd::environment() const {
    return {{"TMPDIR", temporary().string()}};
}

void Mariadbd::stop() {
    server_->send_signal(SIGTERM);
    server_->wait();
}

void Mariadbd::kill() {
    server_->send_signal(SIGKILL);
    server_->wait();
}

Finished Mariadbd::run_sql(const std::string& text) const {
    return run_program(
        {"mariadb",
         "--no-defaults",
         "--socket=" + directory_.file("sock"),
         "--user=root",
         "--batch",
         "--skip-column-names",
         "-e",
         text}
    );
}

std::string Mariadbd::sql(const std::string& text) const {
    const auto done = run_sql(text);
    if (done.status != 0) throw std::runtime_error(done.output);
    return done.output;
}

std::string Mariadbd::create_lars_database() {
    const auto password = random_password();
    sql("CREATE DATABASE lars_dns;"
        "CREATE USER lars@127.0.0.1 IDENTIFIED BY '" +
        password + "';GRANT ALL ON lars_dns.* TO lars@127.0.0.1;");
    return password;
}

}  // namespace lars::test
