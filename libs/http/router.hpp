#pragma once

#include "http/page.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lars::http {

/// Which page answers which request. Filled before it serves; then read by one executor.
class Router {
public:
    using RenderError = std::function<Response(unsigned status, const std::string& why)>;

    /// Of pages that match the same request, the one that was added first answers.
    void add(Page page) { pages_.push_back(std::move(page)); }
    /// Below this path errors are told so, and not as a list of pages.
    void render_errors(std::string prefix, RenderError render);
    /// Goes with every answer, errors too.
    void add_field(Field field) { fields_.push_back(std::move(field)); }

    /// The page for a request, whose parameters are set; or why there is none: status 404, or 405
    /// with the methods that there are.
    struct Match {
        const Page* page = nullptr;
        Response refusal;
    };
    Match match(Request& request) const;
    Response error(const std::string& path, unsigned status, const std::string& why) const;
    const std::vector<Field>& fields() const { return fields_; }

private:
    Response list_pages() const;
    const RenderError* render_of(const std::string& path) const;

    std::vector<Page> pages_;
    std::vector<std::pair<std::string, RenderError>> renders_;
    std::vector<Field> fields_;
};

}  // namespace lars::http
