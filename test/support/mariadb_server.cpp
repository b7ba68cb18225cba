#include "support/mariadb_server.hpp"

#include "support/wait.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <sstream>
#include <stdexcept>

namespace lars::test {
namespace {

int free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0) {
        throw std::runtime_error("no free port");
    }
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
}

std::string random_password() {
    std::random_device random;
    std::ostringstream text;
    for (int i = 0; i < 4; ++i) text << std::hex << random();
    return text.str();
}

// A server run by root has to be told so.
void run_as_root_too(std::vector<std::string>& command) {
    if (::geteuid() == 0) command.emplace_back("--user=root");
}

}  // namespace

MariadbServer::MariadbServer(std::vector<std::string> options)
    : options_(std::move(options)), password_(random_password()), port_(free_port()) {
    std::vector<std::string> install{
        "mariadb-install-db",
        "--no-defaults",
        "--datadir=" + directory_.file("data"),
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
    };
    run_as_root_too(install);
    const auto installed = run_program(install);
    if (installed.status != 0) throw std::runtime_error(installed.output);
    start();
    sql("CREATE USER lars@127.0.0.1 IDENTIFIED BY '" + password_ + "'");
    add_database("lars_dns");
}

MariadbServer::~MariadbServer() {
    if (server_) kill();
}

void MariadbServer::start() {
    std::vector<std::string> command{
        "/usr/sbin/mariadbd",
        "--no-defaults",
        "--datadir=" + directory_.file("data"),
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
    run_as_root_too(command);
    command.insert(command.end(), options_.begin(), options_.end());
    server_ = std::make_unique<Subprocess>(command, directory_.file("log"));
    if (!eventually([this] { return answers(); }, std::chrono::seconds(60))) {
        throw std::runtime_error("mariadbd doesn't answer: " + server_->output());
    }
}

void MariadbServer::stop() {
    server_->send_signal(SIGTERM);
    server_->wait();
}

void MariadbServer::kill() {
    server_->send_signal(SIGKILL);
    server_->wait();
}

std::string MariadbServer::url(const std::string& database) const {
    return "mysql://lars@127.0.0.1:" + std::to_string(port_) + '/' + database;
}

void MariadbServer::add_database(const std::string& name) {
    sql("CREATE DATABASE " + name + ";GRANT ALL ON " + name + ".* TO lars@127.0.0.1;");
}

std::vector<std::string> MariadbServer::shell() const {
    return {
        "mariadb",
        "--no-defaults",
        "--socket=" + directory_.file("sock"),
        "--user=root",
        "--batch",
        "--skip-column-names"};
}

bool MariadbServer::answers() {
    auto command = shell();
    command.insert(command.end(), {"-e", "SELECT 1"});
    return run_program(command).status == 0;
}

std::string MariadbServer::sql(const std::string& text) {
    auto command = shell();
    command.insert(command.end(), {"-e", text});
    const auto done = run_program(command);
    if (done.status != 0) throw std::runtime_error(done.output);
    return done.output;
}

}  // namespace lars::test
