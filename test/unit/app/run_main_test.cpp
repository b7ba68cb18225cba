#include "app/run_main.hpp"

#include "app/config_error.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;

TEST_CASE("a wrong configuration is exit status 2, any other failure 1") {
    CHECK(app::run_main("program", [] { return 3; }) == 3);
    CHECK(app::run_main("program", []() -> int { throw app::ConfigError("wrong"); }) == 2);
    CHECK(app::run_main("program", []() -> int { throw std::runtime_error("broken"); }) == 1);
}
