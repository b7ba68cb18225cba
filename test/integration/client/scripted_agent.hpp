#pragma once

#include "support/fake_agent.hpp"

#include <proto/lars.pb.h>

#include <mutex>
#include <string>
#include <vector>

namespace lars::test {

/// An agent of one module, which gives the first of its endpoints that isn't excluded, and keeps
/// what it was asked and told.
class ScriptedAgent {
public:
    /// Of the last byte of 10.0.0.x, on port 80.
    explicit ScriptedAgent(std::vector<int> endpoints)
        : endpoints_(std::move(endpoints)),
          agent_([this](const std::string& datagram) { return handle(datagram); }) {}

    std::string address() const { return agent_.address(); }

    /// Retries are refused from now on.
    void refuse_retries() { refuses_ = true; }

    std::vector<GetHostRequest> questions() const {
        const std::lock_guard lock(mutex_);
        return questions_;
    }
    /// Once there are so many.
    std::vector<ReportRequest> reports(std::size_t count) const {
        while (true) {
            const std::lock_guard lock(mutex_);
            if (reports_.size() >= count) return reports_;
            std::this_thread::yield();
        }
    }

    static int last_byte(const HostInfo& host) { return host.ip() & 255; }

private:
    std::vector<std::string> handle(const std::string& datagram) {
        const std::lock_guard lock(mutex_);
        const auto body = datagram.substr(8);
        if (datagram[0] == ID_ReportRequest) {
            REQUIRE(reports_.emplace_back().ParseFromString(body));
            return {};
        }
        auto& request = questions_.emplace_back();
        REQUIRE(request.ParseFromString(body));
        return {frame(ID_GetHostResponse, answer(request).SerializeAsString())};
    }

    GetHostResponse answer(const GetHostRequest& request) const {
        GetHostResponse response;
        response.set_seq(request.seq());
        response.set_modid(7);
        response.set_cmdid(9);
        response.set_retcode(endpoints_.empty() ? 3 : 1);
        if (refuses_ && request.attempt() > 0) {
            response.set_wait_ms(5);
            return response;
        }
        for (const int endpoint : endpoints_) {
            const auto excluded = [&](const HostInfo& host) { return last_byte(host) == endpoint; };
            if (std::any_of(request.exclude().begin(), request.exclude().end(), excluded)) continue;
            response.set_retcode(0);
            response.mutable_host()->set_ip((10 << 24) + endpoint);
            response.mutable_host()->set_port(80);
            break;
        }
        return response;
    }

    std::vector<int> endpoints_;
    std::atomic<bool> refuses_{false};
    mutable std::mutex mutex_;
    std::vector<GetHostRequest> questions_;
    std::vector<ReportRequest> reports_;
    FakeAgent agent_;  // dies first: its thread uses the others
};

}  // namespace lars::test
