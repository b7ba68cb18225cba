#include "app/log.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fcntl.h>
#include <spdlog/logger.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

using namespace lars;

namespace {

/// Standard error goes to a file for as long as this lives.
class StderrInFile {
public:
    explicit StderrInFile(const std::string& path) : saved_(::dup(STDERR_FILENO)) {
        const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    ~StderrInFile() {
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
    }
    StderrInFile(const StderrInFile&) = delete;
    StderrInFile& operator=(const StderrInFile&) = delete;

private:
    int saved_;
};

}  // namespace

TEST_CASE("a line of the log begins with its time in UTC, wherever the host is") {
    ::setenv("TZ", "UTC+7", 1);  // seven hours behind
    ::tzset();
    const test::TempDir directory;
    const auto path = directory.file("log");
    const auto before = std::time(nullptr);
    {
        const StderrInFile redirected(path);
        metrics::Registry metrics;
        app::make_log("lars-agent", "info", metrics)->info("hello");
    }
    std::string line;
    std::ifstream file(path);
    std::getline(file, line);
    CAPTURE(line);
    tm calendar{};
    const char* rest = ::strptime(line.c_str(), "%Y-%m-%dT%H:%M:%S.", &calendar);
    REQUIRE(rest);
    CHECK(std::string(rest).substr(6) == "Z lars-agent info hello");
    const auto logged = ::timegm(&calendar);
    CHECK(logged >= before);
    CHECK(logged <= std::time(nullptr));
    ::unsetenv("TZ");
    ::tzset();
}
