#include "base/module_id.hpp"

namespace lars {

std::string to_string(ModuleId id) {
    return std::to_string(id.modid) + "/" + std::to_string(id.cmdid);
}

}  // namespace lars
