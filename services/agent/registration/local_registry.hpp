#pragma once

#include "agent/registration/announcer.hpp"
#include "agent/registration/instance_book.hpp"
#include "agent/registration/local_server.hpp"
#include "agent/registration/owner_identity.hpp"
#include "agent/registration/service_directory.hpp"
#include "app/condition.hpp"
#include "metrics/registry.hpp"
#include "net/dispatcher.hpp"
#include "runtime/event.hpp"
#include "runtime/task_group.hpp"

#include <proto/lars.pb.h>

#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace lars::agent {

/// The services of this host that register through its agent: by files, or over its Unix socket.
/// InstanceBook decides how each stands, Announcer what dns is told; this listens, checks and keeps
/// what was announced for the next start. Belongs to one executor.
class LocalRegistry {
public:
    struct Options {
        std::string socket;            ///< empty: none
        bool socket_required = false;  ///< or else an agent without one does the rest
        std::string services;          ///< the directory of files; needn't be there
        std::string state;             ///< the directory that is kept; empty: none
        std::string zone;              ///< of instances that don't say theirs
    };
    using Announce = std::function<void(const wire::Announcement&)>;
    using GoElsewhere = std::function<void()>;

    LocalRegistry(
        asio::any_io_executor executor,
        Options options,
        Announce announce,
        GoElsewhere go_elsewhere,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Reads what was announced before, listens, and begins to check. Throws StartError.
    void start();
    Awaitable<> stop();

    /// Whether anything is registered, or left from before.
    bool any() const { return book_.size() > 0; }
    /// There is a dns that registers, or none any more.
    void note_dns(bool registers);
    void note_ack(const AnnounceAck& ack);
    /// By which address others reach this host, and so its instances that don't say theirs.
    void set_host_address(std::uint32_t ipv4);
    void set_zone(const std::string& zone);

    /// Why what is registered isn't announced, or isn't all that it should be. Any thread.
    std::vector<std::string> remarks() const;

private:
    using Source = InstanceBook::Source;
    /// Who answers a request to: its number, and what came of it.
    struct Caller {
        Source connection = 0;
        LocalPeer peer;
        ServiceResponse* response = nullptr;
    };

    void restore();
    void save();
    Awaitable<> run();
    Awaitable<> watch_files();
    Awaitable<> check(InstanceBook::Check check);
    void begin_checks();
    void look_at_files();
    /// Answers what is wrong with it.
    std::vector<std::string> take_file(const std::string& name, const ServiceFile& content);
    void keep_asked(Source source, InstanceBook::Leave leave, const std::string& why);
    wire::EncodedFrame answer(
        Source connection, const LocalPeer& peer, const net::FrameView& frame
    );
    void end(Source connection, const LocalPeer& peer);
    void handle(const Caller& caller, const RegisterRequest& request);
    void handle(const Caller& caller, const WithdrawRequest& request);
    void handle(const Caller& caller, const DrainRequest& request);
    void handle(const Caller& caller, const ServicesRequest& request);
    std::vector<InstanceKey> find(const InstanceInfo& pattern, ServiceResponse& response) const;
    void list(ServiceResponse& response) const;
    /// Registers what a source asks for, with all that it leaves open.
    std::string add(Source source, Registration asked);
    void add_again();
    std::optional<Registration> resolve(const Registration& asked, std::string& why) const;

    asio::any_io_executor executor_;
    Options options_;
    Announce announce_;
    GoElsewhere go_elsewhere_;
    spdlog::logger& log_;
    metrics::BadInput bad_input_;
    metrics::Counter& checks_passed_;
    metrics::Counter& checks_failed_;
    std::atomic<std::size_t> instances_{0};
    OwnerIdentity identity_;
    std::optional<Announcer> announcer_;
    InstanceBook book_;
    std::map<Source, std::vector<Registration>> asked_;  // of each source, as it asked for them
    ServiceDirectory directory_;
    std::map<std::string, Source> files_;
    std::map<std::string, std::vector<std::string>> mistakes_;  // of files
    LocalServer server_;
    net::Dispatcher<const Caller&> dispatch_;
    runtime::TaskGroup tasks_;
    runtime::Event wake_;
    std::minstd_rand random_{std::random_device{}()};
    std::uint32_t host_ipv4_ = 0x7F000001;
    std::uint64_t seen_ = 0;  // of the book's versions
    std::uint64_t next_file_;
    app::Condition dns_{"registration"};
    app::Condition wrong_files_{"services"};
};

}  // namespace lars::agent
