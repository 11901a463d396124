#include "mortise/tests/tools/mortise/mortise_program.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/socket_modes.h"
#include "mortise/tests/tools/mortise/child.h"
#include "mortise/tests/tools/mortise/subprocess.h"
#include "mortise/tests/tree.h"
#include "mortise/tools/mortise/interruption.h"
#include "mortise/tools/mortise/unix_path.h"

namespace mortise::testing {
namespace {

// Longer than a busy machine needs, shorter than a test may take.
constexpr absl::Duration kPatience = absl::Seconds(40);

// Ends the test if a call of a peer fails, because the peer cannot go on.
void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "the test's own socket: " << status << std::endl;
  std::abort();
}

template <typename T>
T Check(absl::StatusOr<T> result) {
  Check(result.status());
  return *std::move(result);
}

std::vector<std::string> Command(const std::vector<std::string>& words) {
  std::vector<std::string> command = {TreePath("tools/mortise/mortise")};
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

Address AnyOn(const Loopback& loopback, absl::string_view path) {
  if (loopback.family == kAfUnix) return UnixPath{std::string(path)};
  return HostPort{std::string(loopback.host), 0};
}

}  // namespace

MortiseProgram::MortiseProgram(const std::vector<std::string>& words,
                               const ChildStreams& streams, Reading reading)
    : Subprocess(Command(words), streams, reading),
      says_on_output_(!words.empty() && words[0] == "echo") {}

std::string MortiseProgram::ListeningOn() {
  constexpr absl::string_view kLead = "listening on ";
  const bool said = says_on_output_ ? WaitForOut("\n") : WaitForErr("\n");
  const std::string text = says_on_output_ ? out() : err();
  if (!said || !absl::StartsWith(text, kLead)) return "";
  return text.substr(kLead.size(), text.find('\n') - kLead.size());
}

std::string MortiseProgram::Port() {
  const std::string address = ListeningOn();
  return address.substr(address.rfind(':') + 1);
}

void PrintTo(const Loopback& loopback, std::ostream* out) {
  *out << loopback.name;
}

std::optional<std::string> Lacks(const Loopback& loopback) {
  absl::StatusOr<Socket> socket = Socket::Create(loopback.family, kSockStream);
  absl::Status status = socket.status();
  if (status.ok() && loopback.family != kAfUnix) {
    status = socket->Bind(AnyOn(loopback, ""));
  }
  if (status.ok()) return std::nullopt;
  return absl::StrCat("no ", loopback.name, " here: ", status.message());
}

Peer::Peer(const Loopback& loopback, SocketType type)
    : loopback_(loopback),
      path_(loopback.family == kAfUnix ? program::TemporaryUnixPath() : ""),
      socket_(Check(Socket::Create(loopback.family, type))) {
  Check(socket_.SetTimeout(kPatience));
  Check(socket_.Bind(AnyOn(loopback, path_)));
  if (type == kSockStream) Check(socket_.Listen());
}

Peer::~Peer() {
  if (!path_.empty()) program::RemoveFile(path_);
}

std::vector<std::string> Peer::words() const {
  if (!path_.empty()) return {"--unix", path_};
  return {std::string(loopback_.host),
          absl::StrCat(Check(socket_.GetSockName()).port())};
}

Socket Peer::Accept() {
  Socket client = std::move(Check(socket_.Accept()).socket);
  Check(client.SetTimeout(kPatience));
  return client;
}

Socket ConnectTo(const Loopback& loopback, SocketType type,
                 absl::string_view listening_on) {
  Socket socket = Check(Socket::Create(loopback.family, type));
  Check(socket.SetTimeout(kPatience));
  const SocketAddress server = Check(SocketAddress::Parse(listening_on));
  if (loopback.family == kAfUnix) {
    Check(socket.Connect(server));
  } else {
    Check(socket.Connect({loopback.host, server.port()}));
  }
  return socket;
}

bool FileExists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::symlink_status(std::filesystem::u8path(path), ignored)
             .type() != std::filesystem::file_type::not_found;
}

std::string ReceiveAll(Socket& socket) {
  std::string all;
  while (true) {
    const std::string piece = Check(socket.Recv(65536));
    if (piece.empty()) return all;
    all += piece;
  }
}

void ExpectBothAreCopied(MortiseProgram& program, Socket& peer,
                         const std::string& there, const std::string& back) {
  std::thread writer([&] {
    EXPECT_TRUE(program.Write(there));
    program.EndInput();
  });
  std::thread sender([&] {
    EXPECT_TRUE(peer.SendAll(back).ok());
    EXPECT_TRUE(peer.Shutdown(ShutdownHow::kWrite).ok());
  });
  EXPECT_TRUE(ReceiveAll(peer) == there);
  writer.join();
  sender.join();
  EXPECT_EQ(program.Wait(), 0) << program.err();
  EXPECT_TRUE(program.out() == back);
}

std::string Pattern(std::size_t size) {
  std::string pattern(size, '\0');
  std::uint32_t state = 1;
  for (char& c : pattern) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return pattern;
}

}  // namespace mortise::testing
