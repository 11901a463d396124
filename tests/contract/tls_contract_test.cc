// The contract of streams, over TLS.
//
// The tests of the contract connect and accept in one thread, but a handshake
// needs both ends at the same time. So the platform under test is the layer of
// TLS, and a thread that runs each handshake as soon as there is a connection.

#include <chrono>              // NOLINT(build/c++11)
#include <condition_variable>  // NOLINT(build/c++11)
#include <cstdint>
#include <map>
#include <mutex>  // NOLINT(build/c++11)
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mortise/core/tls/tls_context.h"
#include "mortise/core/tls/tls_platform.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/forwarding.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/tls/test_authority.h"

namespace mortise {
namespace contract {
namespace {

class Handshaker {
 public:
  explicit Handshaker(TlsPlatform& tls) : tls_(tls) {
    std::thread([this] { Run(); }).detach();
  }

  void Add(NativeHandle handle) {
    const std::lock_guard<std::mutex> lock(mutex_);
    pending_[handle.value()] = handle;
    changed_.notify_all();
  }
  void Remove(NativeHandle handle) {
    const std::lock_guard<std::mutex> lock(mutex_);
    pending_.erase(handle.value());
  }
  // Waits until the handshake of `handle` has ended. It gives up after a while,
  // because the handshake cannot end if the other end has not been accepted.
  void Await(NativeHandle handle) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5),
                      [&] { return pending_.count(handle.value()) == 0; });
  }

 private:
  void Run() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return !pending_.empty(); });
      for (auto it = pending_.begin(); it != pending_.end();) {
        // The error of an attempt to connect is left for the caller of Connect.
        SockAddr peer;
        const bool connected =
            tls_.platform().sockets().GetPeerName(it->second, &peer).ok();
        it = connected && tls_.AdvanceHandshake(it->second) ? pending_.erase(it)
                                                            : std::next(it);
      }
      changed_.notify_all();
      changed_.wait_for(lock, std::chrono::milliseconds(1));
    }
  }

  TlsPlatform& tls_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, NativeHandle> pending_;
};

class EagerSockets final : public ForwardingSocketCalls {
 public:
  explicit EagerSockets(TlsPlatform& tls)
      : ForwardingSocketCalls(tls.platform().sockets()),
        errors_(tls.platform().facts().errors),
        handshaker_(tls) {}

  SysResult<HandlePair> SocketPair(int family, int type,
                                   int protocol) override {
    SysResult<HandlePair> pair = next().SocketPair(family, type, protocol);
    if (pair.ok()) {
      handshaker_.Add(pair.value.first);
      handshaker_.Add(pair.value.second);
      handshaker_.Await(pair.value.second);
    }
    return pair;
  }
  SysResult<NativeHandle> Accept(NativeHandle handle, SockAddr* peer) override {
    const SysResult<NativeHandle> accepted = next().Accept(handle, peer);
    if (accepted.ok()) {
      handshaker_.Add(accepted.value);
      handshaker_.Await(accepted.value);
    }
    return accepted;
  }
  SysResult<void> Connect(NativeHandle handle,
                          const SockAddr& address) override {
    const SysResult<void> connected = next().Connect(handle, address);
    if (connected.ok() || errors_.Code(ErrorDomain::kOs, connected.error) ==
                              ErrorCode::kEinprogress) {
      handshaker_.Add(handle);
    }
    return connected;
  }
  SysResult<void> Close(NativeHandle handle) override {
    handshaker_.Remove(handle);
    return next().Close(handle);
  }
  void CloseWithoutWaiting(NativeHandle handle) override {
    handshaker_.Remove(handle);
    next().CloseWithoutWaiting(handle);
  }

 private:
  const ErrorTable& errors_;
  Handshaker handshaker_;
};

TlsContext MustMake(absl::StatusOr<TlsContext> context) {
  EXPECT_TRUE(context.ok()) << context.status();
  return *std::move(context);
}

// Never destroyed, like Platform::Default().
Platform* SealedPlatform() {
  static Platform* const platform = [] {
    const testing_tls::TestAuthority root =
        testing_tls::TestAuthority::Root("Contract");
    const testing_tls::TestIdentity identity = root.Issue();
    TlsOptions client;
    client.trusted.text = root.certificate_pem();
    TlsOptions server;
    server.certificate.text = identity.chain_pem;
    server.private_key.text = identity.key_pem;
    auto* const tls = new TlsPlatform(
        Platform::Default(), MustMake(TlsContext::Client(client)),
        MustMake(TlsContext::Server(server)), "localhost");
    Platform& sealed = tls->platform();
    Platform::Parts parts = sealed.parts();
    parts.sockets = new EagerSockets(*tls);
    return new Platform(parts, sealed.facts());
  }();
  return platform;
}

ContractPlatform Sealed() {
  ContractPlatform sealed;
  sealed.name = "Tls";
  sealed.platform = SealedPlatform();
  // The handles hold descriptors, but are not descriptors themselves.
  sealed.handles_are_descriptors = false;
  sealed.connections_need_both_ends = true;
  return sealed;
}

}  // namespace

MORTISE_INSTANTIATE_STREAM_CONTRACT(Tls, Sealed());

}  // namespace contract
}  // namespace mortise
