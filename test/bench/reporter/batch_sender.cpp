#include "batch_sender.hpp"

#include "wire/frame.hpp"

#include <chrono>
#include <span>
#include <stdexcept>
#include <thread>

namespace lars::bench {
namespace {

constexpr int kMaxResults = 400;

}  // namespace

BatchSenders::BatchSenders(std::uint16_t port, std::size_t agents) {
    for (std::size_t i = 0; i < agents; ++i) {
        // The first byte deals agents out to the reporter's connections.
        std::string instance(16, 'i');
        instance[0] = static_cast<char>(i % 2);
        instance[1] = static_cast<char>(i / 256);
        instance[2] = static_cast<char>(i % 256);
        instance[3] = static_cast<char>(port % 256);
        agents_.push_back({std::make_unique<test::TcpPeer>(port), instance});
    }
}

double BatchSenders::send(const std::vector<store::CallRow>& rows) {
    const auto each = rows.size() / agents_.size();
    std::vector<std::string> batches;
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        batches.push_back(encode(agents_[i], std::span(rows).subspan(i * each, each)));
    }
    const auto half = [&](std::size_t first) {
        for (auto i = first; i < agents_.size(); i += 2) {
            if (!agents_[i].peer->send(batches[i])) throw std::runtime_error("a session ended");
        }
        for (auto i = first; i < agents_.size(); i += 2) await_ack(agents_[i]);
    };
    const auto begun = std::chrono::steady_clock::now();
    std::thread other([&half] { half(1); });
    half(0);
    other.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

std::string BatchSenders::encode(Agent& agent, std::span<const store::CallRow> rows) {
    ++agent.sequence;
    std::string bytes;
    for (std::size_t done = 0; done < rows.size();) {
        ReportStatusRequest message;
        message.set_modid(rows[done].module.modid);
        message.set_cmdid(rows[done].module.cmdid);
        message.set_ts(static_cast<std::uint32_t>(rows[done].start.time_since_epoch().count()));
        message.set_instance(agent.instance);
        message.set_seq(agent.sequence);
        while (done < rows.size() && rows[done].module.modid == message.modid() &&
               message.results_size() < kMaxResults) {
            const auto& row = rows[done++];
            auto& result = *message.add_results();
            result.set_ip(static_cast<std::int32_t>(row.endpoint.ipv4()));
            result.set_port(row.endpoint.port);
            result.set_succ(static_cast<std::uint32_t>(row.sums.successes));
            result.set_err(static_cast<std::uint32_t>(row.sums.failures));
            result.set_latency_sum_us(row.sums.latency_sum_us);
            for (const auto bucket : row.sums.buckets) {
                result.add_latency_buckets(static_cast<std::uint32_t>(bucket));
            }
        }
        message.set_more(done < rows.size());
        wire::append_frame(bytes, ID_ReportStatusRequest, message);
    }
    return bytes;
}

void BatchSenders::await_ack(Agent& agent) {
    while (true) {
        const auto frame = agent.peer->receive_frame();
        if (!frame) throw std::runtime_error("no acknowledgement");
        ReportAck ack;
        if (!ack.ParseFromString(frame->substr(8))) continue;
        if (ack.retry_ms() > 0) throw std::runtime_error("the reporter had no room");
        if (ack.seq() == agent.sequence) return;
    }
}

}  // namespace lars::bench
