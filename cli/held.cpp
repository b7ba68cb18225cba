#include "cli/commands.hpp"
#include "cli/store_access.hpp"
#include "cli/table.hpp"
#include "net/frame_reader.hpp"
#include "runtime/connect.hpp"
#include "wire/wire.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include <iostream>

namespace lars::cli {
namespace {

constexpr auto kTimeout = std::chrono::seconds(3);

Awaitable<std::optional<HeldResponse>> exchange(Stream& stream) {
    const auto question = wire::encode_frame(ID_HeldRequest, HeldRequest());
    const auto bytes = asio::buffer(*question);
    const auto [write_error, written] = co_await asio::async_write(stream, bytes, nothrow);
    if (write_error) co_return std::nullopt;
    net::FrameReader reader(kMaxTcpBody);
    while (true) {
        const auto space = reader.prepare();
        const auto buffer = asio::buffer(space.data(), space.size());
        const auto [error, size] = co_await stream.async_read_some(buffer, nothrow);
        if (error) co_return std::nullopt;
        reader.commit(size);
        const auto frame = reader.next();
        if (!frame) continue;
        HeldResponse response;
        if (frame->id != ID_HeldResponse || !wire::parse_body(frame->body, response)) {
            co_return std::nullopt;
        }
        co_return response;
    }
}

Awaitable<HeldResponse> ask(asio::io_context& context, const runtime::PeerAddress& dns) {
    Stream stream(context);
    const auto error = co_await runtime::connect(stream, dns, kTimeout);
    if (error) throw Failure("dns " + to_string(dns) + ": " + error.message());
    asio::steady_timer deadline(context, kTimeout);
    deadline.async_wait([&stream](const error_code& cancelled) {
        error_code ignored;
        if (!cancelled) stream.close(ignored);
    });
    auto response = co_await exchange(stream);
    deadline.cancel();
    if (!response) {
        throw Failure(
            "dns " + to_string(dns) + " doesn't say what it holds: it isn't ready, or not this Lars"
        );
    }
    co_return std::move(*response);
}

HeldResponse ask(const runtime::PeerAddress& dns) {
    asio::io_context context(1);
    auto answer = asio::co_spawn(context, ask(context, dns), asio::use_future);
    context.run();
    return answer.get();
}

const char* reason_of(const HeldResponse::Module& module) {
    return module.large() ? "too many rows removed at once" : "not in the change log";
}

void print_json(
    const std::vector<runtime::PeerAddress>& services, const std::vector<HeldResponse>& answers
) {
    boost::json::array all;
    for (std::size_t i = 0; i < services.size(); ++i) {
        boost::json::array modules;
        for (const auto& module : answers[i].module()) {
            modules.push_back(boost::json::object{
                {"modid", module.modid()},
                {"cmdid", module.cmdid()},
                {"served_rows", module.served_rows()},
                {"stored_rows", module.stored_rows()},
                {"reason", module.large() ? "large" : "unexplained"}});
        }
        all.push_back(boost::json::object{
            {"dns", to_string(services[i])},
            {"version", answers[i].version()},
            {"held", answers[i].modules()},
            {"doubtful", answers[i].doubtful()},
            {"modules", std::move(modules)}});
    }
    std::cout << boost::json::serialize(all) << '\n';
}

void print_text(const runtime::PeerAddress& dns, const HeldResponse& answer) {
    if (answer.doubtful()) {
        std::cout << "dns " << to_string(dns)
                  << ": rows were missing at its start that no edit had removed; no agent is told "
                     "that a module is gone\n";
    }
    if (answer.modules() == 0) {
        std::cout << "dns " << to_string(dns) << ": nothing is held\n";
        return;
    }
    std::cout << "dns " << to_string(dns) << ": " << answer.modules() << " modules held\n";
    std::vector<std::vector<std::string>> table{{"MODID", "CMDID", "SERVED", "IN TABLE", "WHY"}};
    for (const auto& module : answer.module()) {
        table.push_back(
            {std::to_string(module.modid()),
             std::to_string(module.cmdid()),
             std::to_string(module.served_rows()),
             std::to_string(module.stored_rows()),
             reason_of(module)}
        );
    }
    std::cout << format_table(table);
}

}  // namespace

int route_held(const Words& words) {
    std::string dns = "127.0.0.1:7778";
    Arguments arguments(
        "route held",
        "",
        "Shows the modules that dns serves as they were, because it doesn't believe that rows of\n"
        "them are gone. Exit status 1 if there are any."
    );
    arguments.flags(
    )("dns",
      boost::program_options::value<std::string>(&dns),
      "HOST:PORT[,HOST:PORT] of the dns services [127.0.0.1:7778]")("json", "print a JSON array");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto services = runtime::parse_peers(dns);
    if (!services) throw UsageError("--dns '" + dns + "' is not HOST:PORT[,HOST:PORT]");
    std::vector<HeldResponse> answers;
    bool any = false;
    for (const auto& each : *services) {
        answers.push_back(ask(each));
        any = any || answers.back().modules() > 0 || answers.back().doubtful();
    }
    if (arguments.given("json")) {
        print_json(*services, answers);
    } else {
        for (std::size_t i = 0; i < services->size(); ++i) print_text(services->at(i), answers[i]);
    }
    return any ? 1 : 0;
}

int route_confirm(const Words& words) {
    std::string store;
    Arguments arguments(
        "route confirm",
        "",
        "Says that the table of routes is right as it is now: every dns then serves it, also what\n"
        "it held. Look first: lars route held, lars route list."
    );
    add_store_flag(arguments, store);
    arguments.flags()("json", "print a JSON object");
    if (!arguments.parse(words, 0, 0)) return 0;
    const auto done = run_on_store<store::Confirmation>(store_url(store), [](store::Store& each) {
        return each.confirm();
    });
    if (arguments.given("json")) {
        const boost::json::object object{{"rows", done.rows}, {"version", done.version}};
        std::cout << boost::json::serialize(object) << '\n';
    } else {
        std::cout << "confirmed: " << done.rows << " rows at version " << done.version << '\n';
    }
    return 0;
}

}  // namespace lars::cli
