#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace lars {

/// Which service is meant: by its name, or by its two ids.
class Module {
public:
    Module(std::string name) : name_(std::move(name)) {}
    Module(std::string_view name) : name_(name) {}
    Module(const char* name) : name_(name) {}
    Module(std::int32_t modid, std::int32_t cmdid) : modid_(modid), cmdid_(cmdid) {}

    /// Empty: the ids count.
    const std::string& name() const { return name_; }
    std::int32_t modid() const { return modid_; }
    std::int32_t cmdid() const { return cmdid_; }

private:
    std::string name_;
    std::int32_t modid_ = 0;
    std::int32_t cmdid_ = 0;
};

}  // namespace lars
