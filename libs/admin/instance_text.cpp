#include "admin/instance_text.hpp"

#include "admin/time_text.hpp"
#include "store/unix_time.hpp"

namespace lars::admin {

std::string owner_text(const store::ListedInstance& instance) {
    return instance.host.empty() ? short_text(instance.row.owner) : instance.host;
}

std::string state_text(const store::ListedInstance& instance) {
    std::string text = to_string(instance.row.state);
    if (!instance.row.reason.empty()) text += ": " + instance.row.reason;
    if (instance.held) text += ", held";
    return text;
}

std::string since_text(const store::ListedInstance& instance) {
    if (instance.since == 0) return "";
    return time_text(store::to_time(instance.since));
}

}  // namespace lars::admin
