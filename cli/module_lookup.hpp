#pragma once

#include "cli/arguments.hpp"
#include "store/engine/url.hpp"

#include <map>
#include <optional>
#include <string>

namespace lars::cli {

/// The module that a command line names, its name looked up in the store. Throws Failure when no
/// module is called so.
ModuleId find_module(const store::Url& url, const ModuleWord& word);
/// The same of one that may be left out.
std::optional<ModuleId> find_module(const store::Url& url, const std::optional<ModuleWord>& word);

/// What modules are called, aliases left out, for lists. Throws Failure.
std::map<ModuleId, std::string> read_module_names(const store::Url& url);

/// "payments (1/1)" where the module was named, else "1/1".
std::string shown_module(const ModuleWord& word, ModuleId id);

}  // namespace lars::cli
