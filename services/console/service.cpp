#include "console/service.hpp"

#include "console/answers.hpp"
#include "console/page_files.hpp"

namespace lars::console {
namespace {

// So many requests read the store at once; of a SQLite file, one at a time writes.
constexpr std::size_t kConnections = 4;

// Nothing is loaded from elsewhere, nothing runs that isn't a file of ours, and no page frames
// this.
constexpr const char* kContentPolicy =
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'";

http::ServerLimits limits_of(const Options& options) {
    http::ServerLimits limits;
    limits.connections = options.max_connections;
    limits.streams = options.max_streams;
    return limits;
}

}  // namespace

Service::Service(
    runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
)
    : options_(std::move(options)),
      log_(log),
      pool_(runtime.executor(0), options_.store, kConnections),
      cache_(runtime.executor(0)),
      live_(
          runtime.executor(0), pool_, options_.poll_interval, [this] { cache_.invalidate(); }, log
      ),
      doorman_(
          runtime.executor(0),
          pool_,
          options_.store,
          std::chrono::duration_cast<std::chrono::seconds>(options_.session),
          metrics,
          log
      ),
      reading_(pool_, cache_, options_.store),
      editing_(
          pool_,
          [this] {
              cache_.invalidate();
              live_.look_now();
          }
      ),
      import_(pool_, [this](store::Database& database) { return editing_.tell(database); }),
      held_(runtime.executor(0), pool_),
      accounts_(runtime.executor(0), pool_, options_.store),
      server_("console", runtime.executor(0), options_.listen, router(), log, limits_of(options_)),
      tasks_(runtime.executor(0), log) {
    metrics.gauge("lars_console_open_pages", "Pages that are told of changes", [this] {
        return static_cast<double>(live_.size());
    });
}

http::Router Service::router() {
    http::Router router;
    router.add_field({"Content-Security-Policy", kContentPolicy});
    router.add_field({"X-Content-Type-Options", "nosniff"});
    router.add_field({"Referrer-Policy", "no-referrer"});
    router.add_field({"Cross-Origin-Opener-Policy", "same-origin"});
    router.render_errors("/api/", [](unsigned status, const std::string& why) {
        return error_answer(status, why);
    });
    for (auto& page : doorman_.pages()) {
        page.answer = answering_bad_requests(std::move(page.answer));
        router.add(std::move(page));
    }
    PageSet pages(doorman_);
    reading_.add_pages(pages);
    editing_.add_pages(pages);
    import_.add_pages(pages);
    held_.add_pages(pages);
    accounts_.add_pages(pages);
    const auto follow = [this](http::Request) -> Awaitable<http::Response> {
        co_return live_.follow();
    };
    pages.get("/live", "what changes, as it does", follow);
    for (auto& page : pages.take()) router.add(std::move(page));
    const auto show = [](http::Request request) -> Awaitable<http::Response> {
        co_return page_file(request.path);
    };
    router.add({"/api/v1/openapi.json", "what describes this", show});
    const auto nothing = [](http::Request) -> Awaitable<http::Response> {
        co_return error_answer(404, "there is no such page");
    };
    router.add({"/api/", "", nothing});
    router.add({"/", "the page", show});
    return router;
}

void Service::start() {
    server_.start();
    tasks_.spawn("live", live_.run());
    log_.info("console of {} at http://{}/", store::to_string(options_.store), to_string(local()));
    if (const auto why = runtime::why_unreachable(local())) log_.warn("{}", *why);
    if (!runtime::to_address(options_.listen).is_loopback()) {
        log_.warn(
            "it listens beyond this machine without TLS: whoever sees the traffic sees passwords; "
            "listen on loopback, behind a proxy that has TLS"
        );
    }
}

http::Readiness Service::readiness() const {
    http::Readiness readiness;
    if (auto why = live_.trouble()) readiness.problems.push_back(std::move(*why));
    if (auto why = runtime::why_unreachable(options_.listen)) {
        readiness.problems.push_back(std::move(*why));
    }
    return readiness;
}

Awaitable<> Service::stop() {
    co_await server_.stop();
    tasks_.cancel();
    co_await tasks_.join();
}

}  // namespace lars::console
