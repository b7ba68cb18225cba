#include "cli/file_format.hpp"

namespace lars::cli {

void add_format_flag(Arguments& arguments, std::string& format) {
    arguments.flags(
    )("format",
      boost::program_options::value<std::string>(&format),
      "csv or json, unless the file's name says it");
}

admin::Format chosen_format(const std::string& name, const std::string& path) {
    if (name.empty()) return admin::format_of(path);
    if (name == "csv") return admin::Format::csv;
    if (name == "json") return admin::Format::json;
    throw UsageError("--format '" + name + "' is not csv or json");
}

}  // namespace lars::cli
