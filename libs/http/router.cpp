#include "http/router.hpp"

#include <set>

namespace lars::http {

void Router::render_errors(std::string prefix, RenderError render) {
    renders_.emplace_back(std::move(prefix), std::move(render));
}

Router::Match Router::match(Request& request) const {
    std::set<std::string> methods;
    for (const auto& page : pages_) {
        auto parameters = match_path(page.path, request.path);
        if (!parameters) continue;
        if (page.method == request.method) {
            request.parameters = std::move(*parameters);
            return {&page, {}};
        }
        methods.insert(page.method);
    }
    if (methods.empty()) {
        const bool rendered = render_of(request.path) != nullptr;
        return {
            nullptr, rendered ? error(request.path, 404, "there is no such page") : list_pages()};
    }
    std::string allowed;
    for (const auto& method : methods) allowed += (allowed.empty() ? "" : ", ") + method;
    if (methods.contains("GET")) allowed += ", HEAD";
    auto refusal = error(request.path, 405, "only " + allowed);
    refusal.fields.emplace_back("Allow", allowed);
    return {nullptr, std::move(refusal)};
}

Response Router::error(const std::string& path, unsigned status, const std::string& why) const {
    if (const auto* render = render_of(path)) return (*render)(status, why);
    return {.status = status, .body = why + '\n'};
}

const Router::RenderError* Router::render_of(const std::string& path) const {
    for (const auto& [prefix, render] : renders_) {
        if (path.starts_with(prefix)) return &render;
    }
    return nullptr;
}

Response Router::list_pages() const {
    Response answer{.status = 404, .body = "there is no such page; there are:\n"};
    for (const auto& page : pages_) answer.body += page.path + "  " + page.usage + '\n';
    return answer;
}

}  // namespace lars::http
