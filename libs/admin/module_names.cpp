#include "admin/module_names.hpp"

namespace lars::admin {

const std::string& name_of(ModuleId module, const NamesById& names) {
    static const std::string none;
    const auto found = names.find(module);
    return found == names.end() ? none : found->second;
}

std::string module_text(ModuleId module, const NamesById& names) {
    const auto& name = name_of(module, names);
    return name.empty() ? to_string(module) : name + " (" + to_string(module) + ")";
}

}  // namespace lars::admin
