#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/options.h"
#include "mortise/platform/sim/kernel/result.h"

namespace mortise {
namespace sim {
namespace {

KernelOptions With(KernelOptions options, const ErrorTable* errors) {
  options.errors = errors;
  return options;
}

File NewFile(Kernel& kernel, int family, int type) {
  const Result<std::int64_t> handle = kernel.NewSocket(family, type, 0);
  EXPECT_EQ(handle.error, kDone);
  return kernel.handles().Remove(handle.value);
}

}  // namespace

KernelLab::KernelLab(KernelOptions options)
    : kernel_(With(std::move(options), &errors_), wire_) {}

File KernelLab::NewTcp(bool is_v4) {
  return NewFile(kernel_, is_v4 ? kAfInet : kAfInet6, kSockStream);
}

File KernelLab::NewUdp(bool is_v4) {
  return NewFile(kernel_, is_v4 ? kAfInet : kAfInet6, kSockDgram);
}

File KernelLab::NewUnix(int type) { return NewFile(kernel_, kAfUnix, type); }

File KernelLab::Listen(int backlog, bool is_v4) {
  File listener = NewTcp(is_v4);
  EXPECT_EQ(
      listener->socket().Bind(is_v4 ? Ipv4("127.0.0.1", 0) : Ipv6Loopback(0)),
      kDone);
  EXPECT_EQ(listener->socket().Listen(backlog), kDone);
  return listener;
}

File KernelLab::Accept(const File& listener) {
  SockAddr peer;
  Result<std::shared_ptr<Socket>> accepted = listener->socket().Accept(&peer);
  if (!accepted.ok()) return nullptr;
  return std::make_shared<OpenFile>(std::move(accepted.value));
}

std::pair<File, File> KernelLab::Connect(const File& listener) {
  File client = NewTcp(listener->socket().family() == kAfInet);
  EXPECT_EQ(client->socket().Connect(listener->socket().LocalName()),
            ErrorCode::kEinprogress);
  Settle();
  EXPECT_EQ(client->socket().TakeError(), kDone);
  File server = Accept(listener);
  EXPECT_NE(server, nullptr);
  return {std::move(client), std::move(server)};
}

std::vector<Packet> KernelLab::Take() {
  std::vector<Packet> taken = std::move(wire_.packets);
  wire_.packets.clear();
  return taken;
}

void KernelLab::Settle() {
  while (!wire_.packets.empty()) {
    for (const Packet& packet : Take()) Deliver(packet);
  }
}

std::vector<Time> KernelLab::LoseUntil(Time time) {
  std::vector<Time> sent;
  Take();
  for (;;) {
    const Time next = std::min(kernel_.next_timer(), time);
    kernel_.AdvanceTo(next);
    for (std::size_t left = wire_.packets.size(); left > 0; --left) {
      sent.push_back(next);
    }
    Take();
    if (next == time) return sent;
  }
}

void KernelLab::RunUntil(Time time) {
  for (;;) {
    Settle();
    const Time next = std::min(kernel_.next_timer(), time);
    kernel_.AdvanceTo(next);
    Settle();
    if (next == time) return;
  }
}

SockAddr Ipv4(absl::string_view dotted, std::uint16_t port) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfInet);
  address.size = 4;
  address.port = port;
  int index = 0;
  for (const absl::string_view part : absl::StrSplit(dotted, '.')) {
    int number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(part, &number));
    address.bytes[index++] = static_cast<std::uint8_t>(number);
  }
  return address;
}

SockAddr Ipv6Loopback(std::uint16_t port) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfInet6);
  address.size = 16;
  address.port = port;
  std::memset(address.bytes, 0, 16);
  address.bytes[15] = 1;
  return address;
}

SockAddr UnixName(absl::string_view name) {
  SockAddr address;
  address.family = static_cast<std::uint16_t>(kAfUnix);
  address.size = static_cast<std::uint8_t>(name.size());
  std::memcpy(address.bytes, name.data(), name.size());
  return address;
}

std::string Send(const File& file, absl::string_view data) {
  Outgoing message;
  message.pieces = absl::MakeConstSpan(&data, 1);
  message.size = data.size();
  const Result<std::size_t> sent = file->socket().Send(message, 0);
  return sent.ok() ? absl::StrCat(sent.value) : ErrorName(sent.error);
}

std::string Receive(const File& file, std::size_t most) {
  std::string data(most, '\0');
  const absl::Span<char> room(&data[0], data.size());
  Incoming message;
  message.buffers = absl::MakeConstSpan(&room, 1);
  message.room = most;
  const ErrorCode error = file->socket().Receive(&message);
  if (error != kDone) return ErrorName(error);
  data.resize(message.size);
  return data;
}

void SetInt(const File& file, int level, int name, int value) {
  const std::string bytes = IntOption(value);
  EXPECT_EQ(file->socket().SetOption(level, name, bytes), kDone);
}

std::string ErrorName(ErrorCode error) {
  return error == kDone ? "done" : std::string(ErrorCodeName(error));
}

std::string Describe(const Packet& packet) {
  if (packet.transport == Transport::kIcmp) return "ICMP";
  std::string text;
  if (packet.transport == Transport::kUdp) {
    text = "UDP";
  } else {
    const TcpHeader& tcp = packet.tcp;
    if (tcp.syn) absl::StrAppend(&text, "SYN ");
    if (tcp.fin) absl::StrAppend(&text, "FIN ");
    if (tcp.rst) absl::StrAppend(&text, "RST ");
    if (tcp.ack && !tcp.rst) absl::StrAppend(&text, "ACK ");
    if (!text.empty()) text.pop_back();
  }
  if (!packet.data.empty()) absl::StrAppend(&text, " ", packet.data.size());
  return text;
}

std::vector<std::string> Describe(const std::vector<Packet>& packets) {
  std::vector<std::string> texts;
  for (const Packet& packet : packets) texts.push_back(Describe(packet));
  return texts;
}

}  // namespace sim
}  // namespace mortise
