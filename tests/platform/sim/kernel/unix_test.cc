// Sockets of AF_UNIX.

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/platform/constants/native.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/sim/kernel/message.h"
#include "mortise/platform/sim/kernel/result.h"
#include "mortise/platform/sim/kernel/watchers.h"
#include "mortise/tests/platform/sim/kernel/kernel_lab.h"

namespace mortise {
namespace sim {
namespace {

TEST(UnixNamesTest, APathStaysWhenItsSocketIsGone) {
  KernelLab lab;
  File owner = lab.NewUnix(kSockStream);
  ASSERT_EQ(owner->socket().Bind(UnixName("/run/s")), kDone);
  owner.reset();
  const File next = lab.NewUnix(kSockStream);
  EXPECT_EQ(next->socket().Bind(UnixName("/run/s")), ErrorCode::kEaddrinuse);
  EXPECT_EQ(next->socket().Connect(UnixName("/run/s")),
            ErrorCode::kEconnrefused);
  EXPECT_EQ(lab.kernel().unix_names().Remove("/run/s"), kDone);
  EXPECT_EQ(next->socket().Connect(UnixName("/run/s")), ErrorCode::kEnoent);
  EXPECT_EQ(next->socket().Bind(UnixName("/run/s")), kDone);
}

TEST(UnixNamesTest, AnAbstractNameGoesWithItsSocket) {
  KernelLab lab;
  const absl::string_view name("\0name", 5);
  File owner = lab.NewUnix(kSockStream);
  ASSERT_EQ(owner->socket().Bind(UnixName(name)), kDone);
  owner.reset();
  const File next = lab.NewUnix(kSockStream);
  EXPECT_EQ(next->socket().Connect(UnixName(name)), ErrorCode::kEconnrefused);
  EXPECT_EQ(next->socket().Bind(UnixName(name)), kDone);
}

TEST(UnixNamesTest, ADirectoryHasToBeThereIfTheHostSaysSo) {
  KernelOptions options;
  options.is_directory = [](const std::string&) { return false; };
  KernelLab lab(options);
  const File socket = lab.NewUnix(kSockStream);
  EXPECT_EQ(socket->socket().Bind(UnixName("/a/b/s")), ErrorCode::kEnoent);
  lab.kernel().unix_names().AddDirectory("/a/b");
  EXPECT_EQ(socket->socket().Bind(UnixName("/a/b/s")), kDone);
  EXPECT_EQ(lab.NewUnix(kSockStream)->socket().Bind(UnixName("/a/b/s/t")),
            ErrorCode::kEnotdir);
  EXPECT_EQ(lab.NewUnix(kSockStream)->socket().Bind(UnixName("/a/t")), kDone);
}

TEST(Unix, AFullBacklogIsNotWaitedForInTheKernel) {
  KernelLab lab;
  const File listener = lab.NewUnix(kSockStream);
  ASSERT_EQ(listener->socket().Bind(UnixName("/s")), kDone);
  ASSERT_EQ(listener->socket().Listen(0), kDone);
  const File first = lab.NewUnix(kSockStream);
  const File second = lab.NewUnix(kSockStream);
  EXPECT_EQ(first->socket().Connect(UnixName("/s")), kDone);
  EXPECT_EQ(second->socket().Connect(UnixName("/s")), ErrorCode::kEagain);
  EXPECT_NE(lab.Accept(listener), nullptr);
  EXPECT_EQ(second->socket().Connect(UnixName("/s")), kDone);
}

TEST(Unix, TypesDoNotMix) {
  KernelLab lab;
  const File receiver = lab.NewUnix(kSockDgram);
  ASSERT_EQ(receiver->socket().Bind(UnixName("/s")), kDone);
  EXPECT_EQ(lab.NewUnix(kSockStream)->socket().Connect(UnixName("/s")),
            ErrorCode::kEprototype);
}

TEST(Unix, AnUnreadPeerIsAReset) {
  KernelLab lab;
  const File listener = lab.NewUnix(kSockStream);
  ASSERT_EQ(listener->socket().Bind(UnixName("/s")), kDone);
  ASSERT_EQ(listener->socket().Listen(1), kDone);
  const File client = lab.NewUnix(kSockStream);
  ASSERT_EQ(client->socket().Connect(UnixName("/s")), kDone);
  File server = lab.Accept(listener);
  EXPECT_EQ(Send(client, "unread"), "6");
  server.reset();
  EXPECT_EQ(Receive(client), "ECONNRESET");
  EXPECT_EQ(Receive(client), "");
  EXPECT_EQ(Send(client, "x"), "EPIPE");
}

TEST(Unix, AQueueOfDatagramsHasElevenPlaces) {
  KernelLab lab;
  const File receiver = lab.NewUnix(kSockDgram);
  ASSERT_EQ(receiver->socket().Bind(UnixName("/s")), kDone);
  const File sender = lab.NewUnix(kSockDgram);
  ASSERT_EQ(sender->socket().Connect(UnixName("/s")), kDone);
  for (int i = 0; i < 11; ++i) EXPECT_EQ(Send(sender, "x"), "1");
  EXPECT_EQ(Send(sender, "x"), "EAGAIN");
  EXPECT_EQ(sender->socket().Ready() & kWritable, 0);
  EXPECT_EQ(Receive(receiver), "x");
  EXPECT_NE(sender->socket().Ready() & kWritable, 0);
}

TEST(Unix, EachTypeHasItsOwnAbstractNames) {
  KernelLab lab;
  const absl::string_view name("\0name", 5);
  const File stream = lab.NewUnix(kSockStream);
  const File datagram = lab.NewUnix(kSockDgram);
  EXPECT_EQ(stream->socket().Bind(UnixName(name)), kDone);
  EXPECT_EQ(datagram->socket().Bind(UnixName(name)), kDone);
  EXPECT_EQ(lab.NewUnix(kSockStream)->socket().Bind(UnixName(name)),
            ErrorCode::kEaddrinuse);
}

TEST(Unix, AListenerIsNotWritable) {
  KernelLab lab;
  const File listener = lab.NewUnix(kSockStream);
  ASSERT_EQ(listener->socket().Bind(UnixName("/s")), kDone);
  ASSERT_EQ(listener->socket().Listen(1), kDone);
  EXPECT_EQ(listener->socket().Ready(), 0);
}

TEST(Unix, ADatagramSocketTellsItsEndToThoseWhoWait) {
  KernelLab lab;
  const File socket = lab.NewUnix(kSockDgram);
  ASSERT_EQ(socket->socket().Shutdown(true, false), kDone);
  Incoming message;
  EXPECT_EQ(socket->socket().Receive(&message), ErrorCode::kEagain);
  message.may_wait = true;
  EXPECT_EQ(socket->socket().Receive(&message), kDone);
}

TEST(Unix, AFileOnItsWayIsOpen) {
  KernelLab lab;
  const File listener = lab.Listen();
  auto [client, server] = lab.Connect(listener);
  const File receiver = lab.NewUnix(kSockDgram);
  ASSERT_EQ(receiver->socket().Bind(UnixName("/s")), kDone);
  const File sender = lab.NewUnix(kSockDgram);
  ASSERT_EQ(sender->socket().Connect(UnixName("/s")), kDone);
  Ancillary ancillary;
  ancillary.rights.push_back(std::move(server));
  Outgoing message;
  message.ancillary = &ancillary;
  ASSERT_EQ(sender->socket().Send(message, 0).error, kDone);
  ancillary.rights.clear();
  lab.Settle();
  EXPECT_EQ(Receive(client), "EAGAIN");
  {
    Incoming taken;
    ASSERT_EQ(receiver->socket().Receive(&taken), kDone);
    ASSERT_EQ(taken.ancillary.rights.size(), 1u);
    EXPECT_EQ(Send(taken.ancillary.rights[0], "hello"), "5");
    lab.Settle();
    EXPECT_EQ(Receive(client), "hello");
  }
  // Nobody has it any more.
  lab.Settle();
  EXPECT_EQ(Receive(client), "");
}

}  // namespace
}  // namespace sim
}  // namespace mortise
