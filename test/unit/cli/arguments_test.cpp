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
        )("share", real(share, {0, 1}), "how much"
        )("cmdid", id(cmdid), "of what")("json", "print JSON");
    }
    void parse(const std::vector<std::string>& words) { arguments.parse(words, 2, 3); }

    std::uint32_t count = 0;
    std::chrono::milliseconds wait{};
    double share = 0;
    std::int32_t cmdid = 0;
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
    const std::string usage = "\nUsage: lars thing add [options] MODID CMDID IP:PORT...";
    CHECK_THROWS_WITH(Command().parse({"1"}), "something is missing" + usage);
    CHECK_THROWS_WITH(Command().parse({"1", "2", "3", "4"}), "'4' is too much" + usage);
    CHECK_THROWS_AS(Command().parse({"1", "2", "--nonsense"}), UsageError);
    CHECK_THROWS_AS(Command().parse({"1", "2", "--js"}), UsageError);
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--count", "-1"}), "--count '-1' is not a number from 1 to 10"
    );
    Command command;
    command.parse({"x", "2147483648", "10.0.0.1"});
    CHECK_THROWS_WITH(command.arguments.module(), "MODID 'x' is not a number from 0 to 2147483647");
    CHECK_THROWS_WITH(
        command.arguments.endpoint(2), "'10.0.0.1' is not IP:PORT, such as 10.0.0.1:80"
    );
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--share", "nan"}), "--share 'nan' is not a number from 0 to 1"
    );
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--cmdid", "-1"}),
        "--cmdid '-1' is not a number from 0 to 2147483647"
    );
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--wait", "2x"}),
        "--wait '2x' is not a duration such as 200ms, 15s, 2m or 1h, from 1ms to 1h"
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

TEST_CASE("a negative number is a word, and told as one that is wrong") {
    Command command;
    command.parse({"-1", "2", "--count", "3"});
    CHECK(command.count == 3);
    CHECK_THROWS_WITH(
        command.arguments.module(), "MODID '-1' is not a number from 0 to 2147483647"
    );
    CHECK_THROWS_WITH(
        Command().parse({"1", "2", "--wait", "-5ms"}),
        "--wait '-5ms' is not a duration such as 200ms, 15s, 2m or 1h, from 1ms to 1h"
    );
    Command after;
    after.parse({"--", "--json", "2"});
    CHECK(after.arguments.words() == std::vector<std::string>{"--json", "2"});
}

TEST_CASE("an address that no node has is refused by name") {
    Command command;
    command.parse({"1", "2", "0.0.0.0:80"});
    CHECK_THROWS_WITH(
        command.arguments.endpoint(2),
        "'0.0.0.0:80': no node has this address: it stands for any address"
    );
}

TEST_CASE("a module is two ids or one name, and the other words follow it") {
    const auto parsed = [](const std::vector<std::string>& words) {
        Arguments arguments("thing", "MODID CMDID | NAME  WORD", "Does things.");
        CHECK(arguments.parse_module(words, 1, 1));
        CHECK(arguments.words() == std::vector<std::string>{"word"});
        return *arguments.module_word();
    };
    CHECK(parsed({"1", "2", "word"}).id == ModuleId{1, 2});
    const auto named = parsed({"batch-get.live-list", "word"});
    CHECK_FALSE(named.id);
    CHECK(named.name == "batch-get.live-list");
    CHECK(parsed({"10.0.0.1", "word"}).name == "10.0.0.1");
    const auto refused = [](const std::vector<std::string>& words) {
        Arguments arguments("thing", "MODID CMDID | NAME  WORD", "Does things.");
        try {
            arguments.parse_module(words, 1, 1);
        } catch (const UsageError& error) {
            const std::string text = error.what();
            return text.substr(0, text.find('\n'));
        }
        return std::string("nothing");
    };
    CHECK(refused({}) == "something is missing");
    CHECK(refused({"1"}) == "MODID and CMDID go together");
    CHECK(refused({"name"}) == "something is missing");
    CHECK(refused({"1", "2", "3", "4"}) == "'4' is too much");
    CHECK(refused({"1", "name", "word"}) == "CMDID 'name' is not a number from 0 to 2147483647");
    CHECK(refused({"-1", "1", "word"}) == "MODID '-1' is not a number from 0 to 2147483647");
    CHECK(
        refused({"10.0.0.1:80", "word"}) ==
        "'10.0.0.1:80' is neither MODID CMDID nor a name: names are of lower-case letters, digits, "
        "'-' and dots"
    );
    Arguments arguments("thing", "[MODID CMDID | NAME]", "Does things.");
    CHECK(arguments.parse_module({}, 0, 0, Arguments::Presence::optional));
    CHECK_FALSE(arguments.module_word());
}
