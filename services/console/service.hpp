#pragma once

#include "app/service.hpp"
#include "console/account_api.hpp"
#include "console/cached_answers.hpp"
#include "console/doorman.hpp"
#include "console/editing_api.hpp"
#include "console/held_api.hpp"
#include "console/import_api.hpp"
#include "console/live.hpp"
#include "console/options.hpp"
#include "console/reading_api.hpp"
#include "console/store_pool.hpp"
#include "http/server.hpp"
#include "metrics/registry.hpp"
#include "runtime/runtime.hpp"

namespace lars::console {

/// The page on which routes are edited and calls watched, and its API, on context 0.
class Service final : public app::Service {
public:
    Service(
        runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
    );

    std::string name() const override { return "console"; }
    void start() override;
    Awaitable<> stop() override;
    /// Nothing of it changes without a restart, but the log's level.
    void reconfigure(const Options& /*options*/) {}

    /// Ready unless the store can't be read.
    http::Readiness readiness() const override;
    Endpoint local() const { return server_.local(); }

private:
    http::Router router();

    Options options_;
    spdlog::logger& log_;
    StorePool pool_;
    CachedAnswers cache_;
    Live live_;
    Doorman doorman_;
    ReadingApi reading_;
    EditingApi editing_;
    ImportApi import_;
    HeldApi held_;
    AccountApi accounts_;
    http::Server server_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::console
