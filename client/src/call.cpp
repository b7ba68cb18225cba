#include "lars/call.hpp"

#include <exception>
#include <string>
#include <utility>

namespace lars {
namespace {

constexpr std::int32_t kThrown = 1;

class Category : public std::error_category {
public:
    const char* name() const noexcept override { return "lars"; }
    std::string message(int code) const override {
        switch (static_cast<Code>(code)) {
            case Code::succ:
                return "success";
            case Code::overload:
                return "no node should be called now";
            case Code::system_error:
                return "the agent doesn't answer";
            case Code::noexist:
                return "no node of the module is known";
            case Code::truncated:
                return "there are more nodes than were answered";
            case Code::invalid:
                return "that can't be a module, a tag or a node";
        }
        return lars_code_name(code);
    }
};

}  // namespace

const std::error_category& error_category() {
    static const Category category;
    return category;
}

Call::Call(Client& client, Module module, const Request& request)
    : Call(client, module, client.choose(module, request), request.attempt) {}

Call::Call(Client& client, Module module, Choice choice, std::uint32_t attempt)
    : client_(&client),
      module_(std::move(module)),
      choice_(std::move(choice)),
      attempt_(attempt),
      begun_(std::chrono::steady_clock::now()),
      exceptions_(std::uncaught_exceptions()),
      open_(static_cast<bool>(choice_)) {}

Call::Call(Call&& other) noexcept
    : client_(other.client_),
      module_(std::move(other.module_)),
      choice_(std::move(other.choice_)),
      attempt_(other.attempt_),
      begun_(other.begun_),
      exceptions_(other.exceptions_),
      open_(std::exchange(other.open_, false)) {}

Call::~Call() {
    if (open_) end(Outcome(std::uncaught_exceptions() > exceptions_ ? kThrown : 0));
}

const Host& Call::host() const {
    if (!choice_) throw Error(choice_.code, module_.name());
    return choice_.host;
}

void Call::end(const Outcome& outcome) {
    if (!std::exchange(open_, false)) return;
    const auto took = std::chrono::steady_clock::now() - begun_;
    Result result;
    result.retcode = outcome.retcode;
    result.latency = std::chrono::duration_cast<std::chrono::microseconds>(took);
    result.server_load = outcome.server_load;
    result.attempt = attempt_;
    client_->report(module_, choice_, result);
}

Call Client::call(const Module& module, const Request& request) {
    return {*this, module, request};
}

}  // namespace lars
