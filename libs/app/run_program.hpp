#pragma once

#include "app/log.hpp"
#include "app/run_main.hpp"
#include "app/run_service.hpp"

#include <memory>

namespace lars::app {

/// The whole of a service's main(). `Settings` has
///
///     using Service = …;   // derived from app::Service
///     app::OptionSet set;  // described by its constructor, checks included
///     Options options;     // what Service is made with, and what its reconfigure() takes over
///     app::ServiceOptions service_options() const;
///
/// One is made for the start, and one each time that the options are read again; reconfigure() is
/// called on context 0.
template <class Settings>
int run_program(const std::string& name, int argc, const char* const* argv) {
    const auto run = [argc, argv] {
        Settings settings;
        if (settings.set.parse(argc, argv) == OptionSet::Outcome::exit) return 0;
        typename Settings::Service* service = nullptr;
        const MakeService make = [&](auto& runtime, auto& metrics, auto& log) {
            auto made = std::make_unique<typename Settings::Service>(
                runtime, settings.options, metrics, log
            );
            service = made.get();
            return made;
        };
        const ReadAgain read_again = [&service, argc, argv](spdlog::logger& log) {
            auto fresh = std::make_shared<Settings>();
            fresh->set.parse(argc, argv);
            const auto apply = [fresh, &service, &log] {
                set_log_level(log, fresh->service_options().log_level);
                service->reconfigure(fresh->options);
            };
            return Reading{fresh->set.values(), apply};
        };
        return run_service(
            {settings.set.program(), settings.service_options(), settings.set.values()},
            make,
            read_again
        );
    };
    return run_main(name, run);
}

}  // namespace lars::app
