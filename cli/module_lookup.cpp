#include "cli/module_lookup.hpp"

#include "cli/store_access.hpp"
#include "store/names.hpp"

namespace lars::cli {

ModuleId find_module(const store::Url& url, const ModuleWord& word) {
    if (word.id) return *word.id;
    const auto found = run_on_store<std::optional<store::NamedModule>>(
        url, [&word](store::Database& each) { return store::Names(each).resolve(word.name); }
    );
    if (!found) throw Failure("no module is called " + word.name + "; see: lars name list");
    return found->module;
}

std::optional<ModuleId> find_module(const store::Url& url, const std::optional<ModuleWord>& word) {
    if (!word) return {};
    return find_module(url, *word);
}

std::map<ModuleId, std::string> read_module_names(const store::Url& url) {
    const auto rows = run_on_store<std::vector<store::NameRow>>(url, [](store::Database& each) {
        return store::Names(each).list();
    });
    std::map<ModuleId, std::string> names;
    for (const auto& row : rows) names[row.module] = row.name;
    return names;
}

std::string shown_module(const ModuleWord& word, ModuleId id) {
    return word.id ? to_string(id) : word.name + " (" + to_string(id) + ")";
}

}  // namespace lars::cli
