#include "programs.hpp"
#include "support/free_port.hpp"
#include "support/wait.hpp"

#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

using namespace lars::test;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
}

/// `lars dev`, and what a host's programs and people do with it.
class Host {
public:
    Host() : dev_(std::in_place) {}

    std::string operator()(std::vector<std::string> words, int status = 0) {
        CAPTURE(words);
        const auto done = run_lars(std::move(words), environment());
        CAPTURE(done.output);
        CHECK(done.status == status);
        return done.output;
    }
    Subprocess::Environment environment() const {
        return {
            {"LARS_STORE", dev_->store()},
            {"LARS_AGENT", dev_->agent()},
            {"LARS_SOCKET", socket()}};
    }
    std::string socket() const { return dev_->directory.file("data/agent.sock"); }
    std::string file(const std::string& name) const { return dev_->directory.file(name); }
    std::string services(const std::string& name) const {
        return dev_->directory.file("data/services.d/" + name);
    }
    /// What get-host answers, until it is as it should be.
    bool comes_to_serve(const std::string& service) {
        return eventually([&] { return asks(service).status == 0; });
    }
    bool comes_to_be_unknown(const std::string& service) {
        return eventually([&] { return asks(service).status != 0; });
    }
    Finished asks(const std::string& service) {
        return run_lars({"get-host", service}, environment());
    }
    /// All of it is killed, and started again on what it kept.
    void restart() {
        dev_->process->send_signal(SIGKILL);
        dev_->process->wait();
        dev_->start();
    }
    std::string routes() { return (*this)({"route", "list"}); }

private:
    std::optional<Dev> dev_;
};

std::string python(const std::string& script) {
    return std::string(LARS_SYSTEM_TESTS) + '/' + script;
}

}  // namespace

TEST_CASE("a program that lars register runs is registered, and drained before it ends") {
    Host host;
    const auto port = std::to_string(free_port());
    Subprocess service(
        {program("lars"),
         "register",
         "web",
         port,
         "--check",
         "http",
         "--check-path",
         "/health",
         "--drain",
         "400ms",
         "--",
         "/usr/bin/python3",
         python("web_server.py"),
         port,
         host.file("healthy")},
        host.file("service"),
        host.environment()
    );
    // It runs, but says that it isn't well yet.
    REQUIRE(eventually([&] {
        return contains(host({"service", "list"}), "HTTP status 503") ||
               contains(host({"service", "list"}), "starting");
    }));
    CHECK(host.asks("web").status != 0);
    write(host.file("healthy"), "");
    REQUIRE(host.comes_to_serve("web"));
    CHECK(contains(host.asks("web").output, "127.0.0.1:" + port));
    CHECK(service.prints("lars: it serves\n"));
    CHECK(contains(host.routes(), "serves"));

    std::filesystem::remove(host.file("healthy"));
    CHECK(host.comes_to_be_unknown("web"));
    CHECK(contains(host.routes(), "failing: check failed: HTTP status 503"));
    write(host.file("healthy"), "");
    REQUIRE(host.comes_to_serve("web"));

    service.send_signal(SIGTERM);
    CHECK(service.wait() == 0);
    CHECK(contains(service.output(), "lars: draining\n"));
    CHECK(contains(service.output(), "ended in order"));
    CHECK(host.comes_to_be_unknown("web"));
    CHECK_FALSE(contains(host.routes(), port));
}

TEST_CASE("a service whose program crashes is gone at once") {
    Host host;
    const auto port = std::to_string(free_port());
    Subprocess service(
        {program("lars"),
         "register",
         "web",
         port,
         "--",
         "/usr/bin/python3",
         python("web_server.py"),
         port},
        host.file("service"),
        host.environment()
    );
    REQUIRE(host.comes_to_serve("web"));
    service.send_signal(SIGKILL);
    CHECK(host.comes_to_be_unknown("web"));

    Subprocess failing(
        {program("lars"),
         "register",
         "web",
         port,
         "--check",
         "none",
         "--",
         "sh",
         "-c",
         "sleep 0.3; exit 7"},
        host.file("failing"),
        host.environment()
    );
    CHECK(failing.wait() == 7);
    CHECK(host.comes_to_be_unknown("web"));
}

TEST_CASE("a program registers itself by the library, as long as it lives, and over agents") {
    Host host;
    const auto port = std::to_string(free_port());
    const auto start = [&](const std::string& output) {
        return std::make_unique<Subprocess>(
            std::vector<std::string>{
                std::string(LARS_EXAMPLES) + "/example_registered", "own", port},
            host.file(output),
            host.environment()
        );
    };
    auto service = start("first");
    REQUIRE(host.comes_to_serve("own"));
    service->send_signal(SIGTERM);
    CHECK(service->wait() == 0);
    CHECK(service->output() == "withdrawn\n");
    CHECK(host.comes_to_be_unknown("own"));

    service = start("second");
    REQUIRE(host.comes_to_serve("own"));
    host.restart();
    REQUIRE(host.comes_to_serve("own"));
    service->send_signal(SIGKILL);
    service->wait();
    CHECK(host.comes_to_be_unknown("own"));
}

TEST_CASE("files register services, and are followed as they change") {
    Host host;
    write(host.services("a.conf"), "[payments]\nport = 1080\n[orders]\nport = 1081\nweight = 50\n");
    REQUIRE(host.comes_to_serve("payments"));
    REQUIRE(host.comes_to_serve("orders"));
    CHECK(contains(host({"service", "list"}), "file a.conf:2"));

    // A mistake is named, and takes nothing away.
    write(host.services("a.conf"), "[payments]\nport = 1080\nweight = 70\n[orders]\nport = no\n");
    REQUIRE(eventually([&] {
        const auto listed = run_lars({"service", "list"}, host.environment());
        return listed.status == 1 && contains(listed.output, "a.conf:5: port = no: expected");
    }));
    CHECK(eventually([&] { return contains(host.routes(), "70"); }));
    CHECK(host.asks("orders").status == 0);

    write(host.services("b.conf"), "[mail]\nport = 1025\n");
    REQUIRE(host.comes_to_serve("mail"));
    write(host.services("a.conf"), "[payments]\nport = 1080\ndrain = 0ms\n");
    CHECK(host.comes_to_be_unknown("orders"));
    std::filesystem::remove(host.services("a.conf"));
    CHECK(host.comes_to_be_unknown("payments"));
    CHECK(host.asks("mail").status == 0);
    CHECK(host({"service", "list"}).find("a.conf") == std::string::npos);
}

TEST_CASE("what is registered is drained by hand, and serves again") {
    Host host;
    write(host.services("a.conf"), "[payments]\nport = 1080\n");
    REQUIRE(host.comes_to_serve("payments"));
    CHECK(host({"service", "drain", "payments", "--time", "0ms"}) == "draining\n");
    CHECK(eventually([&] { return contains(host.routes(), "draining"); }));
    CHECK(host({"service", "undrain", "payments"}) == "serving\n");
    CHECK(eventually([&] { return contains(host.routes(), "serves"); }));
    CHECK(
        contains(host({"service", "drain", "nothing"}, 1), "nothing of nothing is registered here")
    );
    CHECK(contains(host({"service", "list", "--json"}), R"("service":"payments")"));
    CHECK(contains(host({"route", "list", "payments", "--instances", "--json"}), R"("held":false)")
    );
}

TEST_CASE("a service that says on grpc health that it doesn't serve leaves, and returns") {
    Host host;
    const auto port = std::to_string(free_port());
    Subprocess service(
        {"/usr/bin/python3", python("grpc_service.py"), port, host.file("status")},
        host.file("service")
    );
    REQUIRE(service.prints("serves\n"));
    write(
        host.services("a.conf"),
        "[health]\nport = " + port + "\ncheck = grpc\ncheck-interval = 200ms\n"
    );
    REQUIRE(host.comes_to_serve("health"));
    write(host.file("status"), "2");
    CHECK(host.comes_to_be_unknown("health"));
    CHECK(contains(host.routes(), "failing: check failed: NOT_SERVING"));
    write(host.file("status"), "1");
    CHECK(host.comes_to_serve("health"));
}

TEST_CASE("only the socket's user and group can register") {
    Host host;
    struct stat status {};
    REQUIRE(::stat(host.socket().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0660);
    if (::geteuid() != 0) return;
    // Others may look for the socket, but not at it.
    for (auto path = std::filesystem::path(host.socket()).parent_path();
         path != "/tmp" && path != "/";
         path = path.parent_path()) {
        std::filesystem::permissions(
            path, std::filesystem::perms::others_exec, std::filesystem::perm_options::add
        );
    }
    REQUIRE(::chown(host.socket().c_str(), 0, 12'345) == 0);
    const auto as = [&](const std::string& groups) {
        auto environment = host.environment();
        return run_program(
            {"setpriv",
             "--reuid=65534",
             "--regid=65534",
             groups,
             program("lars"),
             "service",
             "list"},
            environment
        );
    };
    const auto stranger = as("--clear-groups");
    CAPTURE(stranger.output);
    CHECK(stranger.status == 1);
    CHECK(contains(stranger.output, "Permission denied"));
    const auto member = as("--groups=12345");
    CAPTURE(member.output);
    CHECK(member.status == 0);
}

TEST_CASE("lars register says what is missing") {
    Host host;
    CHECK(contains(host({"register", "web", "80"}, 2), "which program?"));
    CHECK(contains(host({"register", "web", "0", "--", "true"}, 2), "port '0'"));
    CHECK(contains(host({"register", "Web", "80", "--", "true"}, 2), "'Web' is neither"));
    CHECK(contains(host({"register", "web", "80", "--", "/nowhere/x"}, 1), "/nowhere/x: No such"));
    CHECK(contains(
        host({"register", "web", "80", "--check", "odd", "--", "true"}, 2),
        "none, tcp, http or grpc"
    ));
    const auto elsewhere =
        run_lars({"service", "list", "--socket", "/nowhere/agent.sock"}, host.environment());
    CHECK(elsewhere.status == 1);
    CHECK(contains(elsewhere.output, "is the agent running"));
}
