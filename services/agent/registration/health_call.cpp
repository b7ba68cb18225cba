#include "agent/registration/health_call.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace lars::agent {
namespace {

// What a health service answers has a few bytes.
constexpr std::size_t kMaxAnswer = 1 << 10;
// Before each message: whether it is compressed, and its length in four bytes.
constexpr std::size_t kPrefix = 5;
// HealthCheckResponse.status, the first field.
constexpr char kStatusField = 0x08;
constexpr char kServing = 1;

constexpr const char* kStatuses[]{"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

// HealthCheckRequest, whose only field is the service's name, with its prefix.
std::string request_of(const std::string& service) {
    std::string message;
    if (!service.empty()) {
        message += '\x0A';
        auto size = service.size();
        for (; size >= 0x80; size >>= 7) message += static_cast<char>(size | 0x80);
        message += static_cast<char>(size);
        message += service;
    }
    std::string out(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) {
        out += static_cast<char>(message.size() >> shift);
    }
    return out + message;
}

nghttp2_nv header(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct HealthCall::State {
    nghttp2_session* session = nullptr;
    std::string request;
    std::size_t sent = 0;
    std::string answer;
    std::string http_status;
    std::string grpc_status;
    std::string grpc_message;
    bool closed = false;

    static State& of(void* user_data) { return *static_cast<State*>(user_data); }

    static ssize_t
    read_request(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size, std::uint32_t* flags, nghttp2_data_source* source, void*) {
        auto& state = *static_cast<State*>(source->ptr);
        const auto count = std::min(size, state.request.size() - state.sent);
        std::memcpy(to, state.request.data() + state.sent, count);
        state.sent += count;
        if (state.sent == state.request.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(count);
    }

    static int on_header(
        nghttp2_session*,
        const nghttp2_frame*,
        const std::uint8_t* name,
        std::size_t name_size,
        const std::uint8_t* value,
        std::size_t value_size,
        std::uint8_t,
        void* user_data
    ) {
        auto& state = of(user_data);
        const std::string_view key(reinterpret_cast<const char*>(name), name_size);
        const std::string text(
            reinterpret_cast<const char*>(value), std::min(value_size, kMaxAnswer)
        );
        if (key == ":status") state.http_status = text;
        if (key == "grpc-status") state.grpc_status = text;
        if (key == "grpc-message") state.grpc_message = text;
        return 0;
    }

    static int on_data(
        nghttp2_session*,
        std::uint8_t,
        std::int32_t,
        const std::uint8_t* data,
        std::size_t size,
        void* user_data
    ) {
        auto& state = of(user_data);
        const auto room = kMaxAnswer - std::min(kMaxAnswer, state.answer.size());
        state.answer.append(reinterpret_cast<const char*>(data), std::min(size, room));
        return 0;
    }

    static int on_close(nghttp2_session*, std::int32_t, std::uint32_t, void* user_data) {
        of(user_data).closed = true;
        return 0;
    }
};

HealthCall::HealthCall(const std::string& authority, const std::string& service)
    : state_(std::make_unique<State>()) {
    state_->request = request_of(service);
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, State::on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, State::on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, State::on_close);
    nghttp2_session_client_new(&state_->session, callbacks, state_.get());
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(state_->session, NGHTTP2_FLAG_NONE, nullptr, 0);
    const std::array<nghttp2_nv, 7> headers{
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":path", "/grpc.health.v1.Health/Check"),
        header(":authority", authority),
        header("content-type", "application/grpc"),
        header("te", "trailers"),
        header("user-agent", "lars-agent")};
    nghttp2_data_provider body{};
    body.source.ptr = state_.get();
    body.read_callback = State::read_request;
    nghttp2_submit_request(
        state_->session, nullptr, headers.data(), headers.size(), &body, nullptr
    );
}

HealthCall::~HealthCall() {
    nghttp2_session_del(state_->session);
}

std::string HealthCall::take_output() {
    std::string out;
    while (true) {
        const std::uint8_t* data = nullptr;
        const auto size = nghttp2_session_mem_send(state_->session, &data);
        if (size <= 0) return out;
        out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
}

bool HealthCall::receive(std::span<const std::uint8_t> bytes) {
    const auto taken = nghttp2_session_mem_recv(state_->session, bytes.data(), bytes.size());
    return taken == static_cast<ssize_t>(bytes.size());
}

bool HealthCall::done() const {
    auto* session = state_->session;
    return state_->closed ||
           (nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0);
}

std::string HealthCall::why_not_serving() const {
    const auto& state = *state_;
    if (state.http_status != "200") {
        return state.http_status.empty() ? "no answer" : "HTTP status " + state.http_status;
    }
    if (state.grpc_status != "0") {
        return "gRPC status " + (state.grpc_status.empty() ? "missing" : state.grpc_status) +
               (state.grpc_message.empty() ? "" : ", " + state.grpc_message);
    }
    // An empty message is one of status 0, UNKNOWN.
    const auto message =
        std::string_view(state.answer).substr(std::min(kPrefix, state.answer.size()));
    const char status = message.size() >= 2 && message[0] == kStatusField ? message[1] : '\0';
    if (status == kServing) return "";
    const auto index = static_cast<std::size_t>(status);
    return index < std::size(kStatuses) ? kStatuses[index]
                                        : "health status " + std::to_string(index);
}

}  // namespace lars::agent
