#include "agent/registration/service_file.hpp"

#include "app/config_error.hpp"
#include "app/ini.hpp"
#include "app/value.hpp"
#include "base/module_name.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"

#include <charconv>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace lars::agent {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument(why);
}

std::uint32_t number(const std::string& text, std::uint32_t min, std::uint32_t max) {
    return app::parse_number(text, {min, max});
}

std::chrono::milliseconds duration(const std::string& text, std::chrono::milliseconds min) {
    return app::parse_duration(text, {min, 1h}, {});
}

// "1/2", the ids of a module; nothing: it is a name.
std::optional<ModuleId> module_of(const std::string& text) {
    const auto slash = text.find('/');
    if (slash == std::string::npos) return {};
    const app::Range<std::uint32_t> ids{0, 2'147'483'647};
    const auto modid = app::parse_number(text.substr(0, slash), ids);
    const auto cmdid = app::parse_number(text.substr(slash + 1), ids);
    return ModuleId{static_cast<std::int32_t>(modid), static_cast<std::int32_t>(cmdid)};
}

ServiceRef service_of(const std::string& text) {
    if (const auto module = module_of(text)) return {"", *module};
    const auto why = why_no_name(text);
    if (!why.empty()) refuse("'" + text + "' is no service's name: " + std::string(why));
    return {text, {}};
}

std::string zone_of(const std::string& text) {
    const auto why = why_no_zone(text);
    if (!why.empty()) refuse("REGION/ZONE, as eu-1/a: " + std::string(why));
    return text;
}

std::string tags_of(const std::string& text) {
    auto tags = canonical_tags(text);
    if (!tags) refuse("key=value,key=value");
    return std::move(*tags);
}

void set_check(CheckOptions& check, const std::string& text) {
    for (const auto kind :
         {CheckOptions::Kind::none,
          CheckOptions::Kind::tcp,
          CheckOptions::Kind::http,
          CheckOptions::Kind::grpc,
          CheckOptions::Kind::pid}) {
        if (text != to_string(kind)) continue;
        check.kind = kind;
        return;
    }
    refuse("none, tcp, http, grpc or pid");
}

std::int32_t read_pid(const std::string& path) {
    std::ifstream in(path);
    std::int32_t pid = 0;
    if (!(in >> pid) || pid <= 0) refuse("there is no process's id in " + path);
    return pid;
}

using Assign = std::function<void(Registration&, const std::string&)>;

const std::map<std::string, Assign>& keys() {
    static const std::map<std::string, Assign> all{
        {"name", [](auto& to, const auto& text) { to.key.service = service_of(text); }},
        {"port",
         [](auto& to, const auto& text) {
             to.key.endpoint.port = static_cast<std::uint16_t>(number(text, 1, 65'535));
         }},
        {"address",
         [](auto& to, const auto& text) {
             to.key.endpoint.address = app::parse_address(text).address;
         }},
        {"interface", [](auto& to, const auto& text) { to.interface = text; }},
        {"weight", [](auto& to, const auto& text) { to.weight = number(text, 0, kMaxWeight); }},
        {"zone", [](auto& to, const auto& text) { to.zone = zone_of(text); }},
        {"tags", [](auto& to, const auto& text) { to.tags = tags_of(text); }},
        {"drain", [](auto& to, const auto& text) { to.drain = duration(text, 0ms); }},
        {"check", [](auto& to, const auto& text) { set_check(to.check, text); }},
        {"check-host", [](auto& to, const auto& text) { to.check.host = text; }},
        {"check-port",
         [](auto& to, const auto& text) {
             to.check.port = static_cast<std::uint16_t>(number(text, 1, 65'535));
         }},
        {"check-path", [](auto& to, const auto& text) { to.check.path = text; }},
        {"check-status",
         [](auto& to, const auto& text) { to.check.status = number(text, 100, 599); }},
        {"check-header", [](auto& to, const auto& text) { to.check.headers.push_back(text); }},
        {"check-service", [](auto& to, const auto& text) { to.check.service = text; }},
        {"check-pid-file", [](auto& to, const auto& text) { to.check.pid = read_pid(text); }},
        {"check-interval",
         [](auto& to, const auto& text) { to.check.interval = duration(text, 10ms); }},
        {"check-timeout",
         [](auto& to, const auto& text) { to.check.timeout = duration(text, 10ms); }},
        {"check-rise", [](auto& to, const auto& text) { to.check.rise = number(text, 1, 100); }},
        {"check-fall", [](auto& to, const auto& text) { to.check.fall = number(text, 1, 100); }},
        {"check-start-period",
         [](auto& to, const auto& text) { to.check.start_period = duration(text, 0ms); }},
    };
    return all;
}

struct Section {
    std::string name;
    int line = 0;
    std::vector<app::IniEntry> entries;
};

std::vector<Section> sections_of(std::vector<app::IniEntry> entries) {
    std::vector<Section> sections;
    for (auto& entry : entries) {
        if (sections.empty() || sections.back().name != entry.section) {
            sections.push_back({entry.section, entry.line, {}});
        }
        sections.back().entries.push_back(std::move(entry));
    }
    return sections;
}

class Reader {
public:
    Reader(const std::string& name, ServiceFile& file) : name_(name), file_(file) {}

    void read(const Section& section) {
        const auto before = file_.mistakes.size();
        Registration registration;
        registration.source = "file " + name_ + ':' + std::to_string(section.line);
        bool named = false;
        for (const auto& entry : section.entries) {
            named = named || entry.key == "name";
            assign(entry, registration);
        }
        if (!named) {
            name_after(section, registration);
        }
        if (file_.mistakes.size() > before) return;
        const auto why = why_no_registration(registration);
        if (!why.empty()) return add(section.line, '[' + section.name + "]: " + why);
        file_.registrations.push_back(std::move(registration));
    }

private:
    void add(int line, const std::string& what) {
        file_.mistakes.push_back(name_ + ':' + std::to_string(line) + ": " + what);
    }

    void assign(const app::IniEntry& entry, Registration& registration) {
        const auto found = keys().find(entry.key);
        if (found == keys().end()) {
            std::string all;
            for (const auto& [key, assign] : keys()) all += (all.empty() ? "" : ", ") + key;
            return add(entry.line, "there is no key '" + entry.key + "', but these: " + all);
        }
        try {
            found->second(registration, entry.value);
        } catch (const std::invalid_argument& error) {
            add(entry.line, entry.key + " = " + entry.value + ": expected " + error.what());
        }
    }

    void name_after(const Section& section, Registration& registration) {
        try {
            registration.key.service = service_of(section.name);
        } catch (const std::invalid_argument& error) {
            add(section.line, '[' + section.name + "]: " + error.what());
        }
    }

    const std::string& name_;
    ServiceFile& file_;
};

}  // namespace

ServiceFile parse_service_file(std::string_view text, const std::string& name) {
    ServiceFile file;
    try {
        Reader reader(name, file);
        for (const auto& section : sections_of(app::parse_ini(text, name))) reader.read(section);
    } catch (const app::ConfigError& error) {
        // Where a line can't be read, nobody knows what the others belong to.
        file.registrations.clear();
        file.mistakes.emplace_back(error.what());
    }
    return file;
}

}  // namespace lars::agent
