#include "app/ini.hpp"

#include "app/config_error.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace lars::app {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

std::string_view trim(std::string_view text) {
    const auto* blanks = " \t\r";
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

[[noreturn]] void fail(const std::string& name, int line, const std::string& what) {
    throw ConfigError(name + ':' + std::to_string(line) + ": " + what);
}

}  // namespace

std::vector<IniEntry> parse_ini(std::string_view text, const std::string& name) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<IniEntry> entries;
    std::string section;
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = trim(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.front() == ';' || line.front() == '#') continue;
        if (line.front() == '[') {
            if (line.back() != ']') fail(name, number, "a section is written [name]");
            section = trim(line.substr(1, line.size() - 2));
            continue;
        }
        const auto equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0) {
            fail(name, number, "expected key = value, found '" + std::string(line) + "'");
        }
        const std::string key(trim(line.substr(0, equals)));
        if (section.empty()) fail(name, number, "key '" + key + "' stands before any [section]");
        entries.push_back({section, key, std::string(trim(line.substr(equals + 1))), number});
    }
    return entries;
}

std::vector<IniEntry> read_ini(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw ConfigError(path + ": cannot open: " + std::strerror(errno));
    std::string text(kMaxBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) throw ConfigError(path + ": cannot read; is it a file?");
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxBytes)
        throw ConfigError(path + ": larger than 1 MiB: not a configuration");
    return parse_ini(text, path);
}

}  // namespace lars::app
