#include "base/tags.hpp"
#include "cli/commands.hpp"
#include "cli/route_rows.hpp"
#include "cli/store_access.hpp"

namespace lars::cli {

namespace po = boost::program_options;

namespace {

std::string checked_tags(const std::vector<std::string>& tags) {
    for (const auto& tag : tags) checked_tag(tag);
    auto text = canonical_tags(tags);
    if (text) return std::move(*text);
    throw UsageError("the tags are longer than 255 characters, or have two values for one key");
}

}  // namespace

int route_add(const Words& words) {
    std::string store;
    std::string zone;
    std::vector<std::string> tags;
    std::uint32_t weight = kDefaultWeight;
    Arguments arguments(
        "route add",
        "MODID CMDID | NAME  HOST:PORT...",
        "Adds endpoints to a module, all or none: an IPv4 or IPv6 address, or a DNS name, which\n"
        "is looked up again and again, and all of its addresses called. One that is there already\n"
        "keeps its weight, zone and tags, or gets those that are given. A name that no module has\n"
        "is given to a new one."
    );
    add_store_flag(arguments, store);
    arguments.flags()(
        "weight",
        number(weight, kWeights),
        "its share of the calls beside the others' weights, 0 to 65535; 0: no calls [100]"
    )("zone", po::value(&zone)->value_name("REGION/ZONE"), "where the endpoints are, such as eu-1/a"
    )("tag",
      po::value(&tags)->composing()->value_name("KEY=VALUE"),
      "a tag by which callers may choose; once for each");
    if (!arguments.parse_module(words, 1, kAnyNumber)) return 0;
    const auto& module = *arguments.module_word();
    auto rows = rows_of(arguments, 0, module.id.value_or(ModuleId()));
    for (auto& row : rows) {
        if (arguments.given("weight")) row.weight = weight;
        if (arguments.given("zone")) row.zone = checked_zone(zone);
        if (arguments.given("tag")) row.tags = checked_tags(tags);
    }
    if (module.id) {
        write_rows(store_url(store), std::move(rows), {});
    } else {
        store::RowsByName named;
        named[module.name].rows = std::move(rows);
        write_rows(store_url(store), {}, std::move(named));
    }
    return 0;
}

}  // namespace lars::cli
