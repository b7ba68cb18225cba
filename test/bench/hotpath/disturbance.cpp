#include "disturbance.hpp"

#include "scrape.hpp"

namespace lars::bench {
namespace {

constexpr auto kEvery = std::chrono::milliseconds(200);

}  // namespace

Disturbance::Disturbance(Upstream& upstream, ModuleId module, std::uint16_t admin_port)
    : thread_([&upstream, module, admin_port](const std::stop_token& stop) {
          for (int turn = 1; !stop.stop_requested(); ++turn) {
              upstream.push(route(module, turn));
              scrape(admin_port);
              std::this_thread::sleep_for(kEvery);
          }
      }) {}

Route Disturbance::route(ModuleId module, int turn) {
    auto route = example_route(module, kEndpoints + kEndpoints / 2);
    const auto begin = route.endpoints.begin();
    const auto first = begin + (turn % 2 == 0 ? 0 : kEndpoints / 2);
    route.endpoints = {first, first + kEndpoints};
    return route;
}

}  // namespace lars::bench
