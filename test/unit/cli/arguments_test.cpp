#include "cli/arguments.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::cli;

namespace {

struct Command {
    Command() : arguments("thing add", "MODID CMDID IP:PORT...", "Adds things.") {
        arguments.flags()(
            "count", number(count, {1, 10}), "how many"
        )("wait", duration(wait, {std::chrono::milliseconds(1), std::chrono::hours(1)}), "how long"
        )("json", "print JSON");
    }
    void parse(const std::vector<std::string>& words) { arguments.parse(words, 2, 3); }

    std::uint32_t count = 0;
    std::chrono::milliseconds wait{};
    Arguments arguments;
};

}  // namespace

TEST_CASE("flags and words may come in any order") {
    Command command;
    command.parse({"1", "--count=7", "2", "--wait", "2s", "10.0.0.1:80"});
    CHECK(command.count == 7);
    CHECK(command.wait == std::chrono::seconds(2));
    CHECK(command.arguments.module() == ModuleId{1, 2});
    CHECK(to_string(command.arguments.endpoint(2)) == "10.0.0.1:80");
    CHECK_FALSE(command.arguments.given("json"));
}

TEST_CASE("a command line that makes no sense is refused with what is allowed") {
    CHECK_THROWS_AS(Command().parse({"1"}), UsageError);
    CHECK_THROWS_AS(Command().parse({"1", "2", "3", "4"}), UsageError);
    CHECK_THROWS_AS(Command().parse({"1", "2", "--nonsense"}), UsageError);
    CHECK_THROWS_AS(Command().parse({"1", "2", "--js"}), UsageError);
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--count", "-1"}), "'-1' is not a number from 1 to 10"
    );
    Command command;
    command.parse({"x", "2147483648", "10.0.0.1"});
    CHECK_THROWS_WITH(command.arguments.module(), "MODID 'x' is not a number from 0 to 2147483647");
    CHECK_THROWS_WITH(
        command.arguments.endpoint(2), "'10.0.0.1' is not IP:PORT, such as 10.0.0.1:80"
    );
    CHECK_THROWS_AS(parse_id("2147483648", "CMDID"), UsageError);
    CHECK(parse_id("2147483647", "CMDID") == 2147483647);
}

TEST_CASE("a weight is from 0 to 65535") {
    Command command;
    command.parse({"0", "65535", "65536"});
    CHECK(command.arguments.weight(0) == 0);
    CHECK(command.arguments.weight(1) == 65'535);
    CHECK_THROWS_WITH(
        command.arguments.weight(2), "weight '65536' is not a number from 0 to 65535"
    );
}
