#include "admin/table.hpp"
#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "store/names.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

using Rows = std::vector<store::NameRow>;

std::string aliases_of(const store::NameRow& row) {
    std::string text;
    for (const auto& alias : row.aliases) text += (text.empty() ? "" : ", ") + alias;
    return text;
}

void print_json(const Rows& rows) {
    boost::json::array all;
    for (const auto& row : rows) {
        all.push_back(boost::json::object{
            {"name", row.name},
            {"modid", row.module.modid},
            {"cmdid", row.module.cmdid},
            {"aliases", boost::json::value_from(row.aliases)},
            {"created_at", row.created_at}});
    }
    std::cout << boost::json::serialize(all) << '\n';
}

void print_words(const Rows& rows) {
    for (const auto& row : rows) {
        std::cout << row.name << '\n';
        for (const auto& alias : row.aliases) std::cout << alias << '\n';
    }
}

void print_table(const Rows& rows) {
    std::vector<std::vector<std::string>> table{{"NAME", "MODID", "CMDID", "ALIASES"}};
    for (const auto& row : rows) {
        table.push_back(
            {row.name,
             std::to_string(row.module.modid),
             std::to_string(row.module.cmdid),
             aliases_of(row)}
        );
    }
    std::cout << admin::format_table(table);
    if (rows.empty()) std::cerr << "lars: there are no names\n";
}

}  // namespace

int name_list(const Words& words) {
    std::string store;
    Arguments arguments(
        "name list", "", "Shows the modules that have a name, with further names that they have."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON array")(
        "words", "print nothing but names and aliases, one on each line, as a shell completes them"
    );
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto rows = run_on_store<Rows>(store_url(store), [](store::Database& each) {
        return store::Names(each).list();
    });
    if (arguments.given("json")) {
        print_json(rows);
    } else if (arguments.given("words")) {
        print_words(rows);
    } else {
        print_table(rows);
    }
    return 0;
}

}  // namespace lars::cli
