#include "mortise/tests/contract/stream_pair.h"

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/constants.h"
#include "mortise/core/error.h"
#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/platform/backend.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/flipping_stream.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

// The least that every system takes; some take a little more.
constexpr int kSmallBuffer = 4096;

void MakeBuffersSmall(Socket& socket) {
  EXPECT_THAT(socket.SetSockOpt(kSolSocket, kSoSndbuf, kSmallBuffer), IsOk());
  EXPECT_THAT(socket.SetSockOpt(kSolSocket, kSoRcvbuf, kSmallBuffer), IsOk());
}

}  // namespace

std::pair<Socket, Socket> MustConnectSmallPair(ContractTestBase& test,
                                               const Transport& transport) {
  // A connection that is accepted has the buffers of its listener.
  Socket listener = test.MustBind(transport);
  MakeBuffersSmall(listener);
  EXPECT_THAT(listener.Listen(1), IsOk());
  Socket client = test.MustCreate(transport);
  MakeBuffersSmall(client);
  EXPECT_THAT(client.Connect(test.MustGetSockName(listener)), IsOk());
  absl::StatusOr<AcceptResult> accepted = listener.Accept();
  EXPECT_THAT(accepted, IsOk());
  if (!accepted.ok()) return {};
  MakeBuffersSmall(accepted->socket);
  return {std::move(client), std::move(accepted->socket)};
}

StreamPair Plain(std::pair<Socket, Socket> sockets) {
  return {MakeStream(std::move(sockets.first)),
          MakeStream(std::move(sockets.second))};
}

StreamPair Flipping(std::pair<Socket, Socket> sockets) {
  StreamPair plain = Plain(std::move(sockets));
  return {std::make_unique<FlippingStream>(std::move(plain.client)),
          std::make_unique<FlippingStream>(std::move(plain.server))};
}

StreamKind KindOver(
    std::string name, Transport transport,
    std::function<StreamPair(std::pair<Socket, Socket> sockets)> wrap) {
  return {std::move(name),
          [transport = std::move(transport), wrap = std::move(wrap)](
              ContractTestBase& test) -> absl::StatusOr<StreamPair> {
            absl::Status probed = test.Probe(transport);
            if (!probed.ok()) return probed;
            return wrap(MustConnectSmallPair(test, transport));
          }};
}

const ContractPlatform& StreamPairTest::contract() const {
  static const ContractPlatform* const platform = [] {
    auto* const made = new ContractPlatform();
    made->name = "Default";
    made->platform = &Platform::Default();
    return made;
  }();
  return *platform;
}

void StreamPairTest::SetUp() {
  ContractTestBase::SetUp();
  absl::StatusOr<StreamPair> made = GetParam().connect(*this);
  if (!made.ok())
    GTEST_SKIP() << "no " << GetParam().name << ": " << made.status();
  pair_ = *std::move(made);
  ASSERT_NE(pair_.client, nullptr);
  ASSERT_NE(pair_.server, nullptr);
}

void StreamPairTest::TearDown() {
  pair_ = StreamPair();
  ContractTestBase::TearDown();
}

void StreamPairTest::MakeNewPair() {
  pair_ = StreamPair();
  absl::StatusOr<StreamPair> made = GetParam().connect(*this);
  ASSERT_THAT(made, IsOk());
  pair_ = *std::move(made);
}

std::string ReadToEnd(Stream& stream) {
  std::string data;
  for (;;) {
    const absl::StatusOr<std::string> more = stream.Read(64 * 1024);
    if (!more.ok() || more->empty()) return data;
    data += *more;
  }
}

std::size_t WriteUntilFull(Stream& stream, const std::string& data) {
  std::size_t taken = 0;
  for (int refusals = 0; refusals < 2 && taken < data.size();) {
    const absl::StatusOr<std::size_t> size =
        stream.Write(absl::string_view(data).substr(taken));
    if (size.ok()) {
      taken += *size;
      refusals = 0;
    } else {
      EXPECT_THAT(size, Fails(absl::StatusCode::kUnavailable, IsWouldBlock));
      ++refusals;
    }
  }
  return taken;
}

void PrintTo(const StreamKind& kind, std::ostream* out) { *out << kind.name; }

}  // namespace contract
}  // namespace mortise
