// A client and a server that talk under the faults of a seed.

#ifndef MORTISE_TESTS_PLATFORM_FAULT_CONVERSATION_H_
#define MORTISE_TESTS_PLATFORM_FAULT_CONVERSATION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/poller.h"
#include "mortise/core/send_file.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_file.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/by_seed.h"
#include "mortise/platform/fault/call_faults.h"
#include "mortise/platform/file_handle.h"
#include "mortise/platform/sim/random.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"
#include "mortise/tests/contract/temporary_file.h"
#include "mortise/tests/platform/fault/stepped_platform.h"
#include "mortise/tests/platform/fault/told.h"

namespace mortise {
namespace fault {

inline constexpr absl::Duration kTimeout = absl::Seconds(5);
inline constexpr int kMostTries = 100;

// What all seeds share.
struct World {
  SteppedPlatform stepped;
  const std::string bytes = contract::Pattern(8000);
  const contract::TemporaryFile file{bytes};
  // How many faults of each kind there were, and how many conversations that
  // went on to their end.
  std::map<CallFault::Kind, int> hits;
  int whole = 0;
};

// One connection under the faults of one seed. A method returns false if the
// conversation is over, because a call has failed of which nobody can know what
// it has done.
class Conversation {
 public:
  Conversation(World& world, std::uint64_t seed)
      : world_(world),
        told_(world.stepped),
        faults_(world.stepped.platform, Options(seed)),
        rules_(DrawRules(faults_, seed)),
        random_(sim::Scramble(seed)) {}

  void Run() {
    const bool is_whole = Listen() && Connect() && Talk();
    SCOPED_TRACE("when the faults have ended");
    rules_.clear();
    if (is_whole) {
      ++world_.whole;
      (void)Exchange(client_, server_);
      (void)Exchange(server_, client_);
      ExpectEnd();
    }
  }

  std::string text() const { return Describe(rules_); }

 private:
  CallFaultsOptions Options(std::uint64_t seed) {
    CallFaultsOptions options;
    options.seed = seed;
    options.on_hit = [this](const CallArguments& arguments,
                            const CallFault& fault) {
      told_.OnHit(arguments, fault);
      ++world_.hits[fault.kind()];
    };
    return options;
  }

  // Makes the call until it succeeds. Returns false if it does not.
  template <typename Result>
  bool Retry(const std::string& what, Call primary, bool something_comes,
             const std::function<Result()>& call, Result* result) {
    for (int i = 0; i < kMostTries; ++i) {
      told_.Begin(kTimeout, something_comes);
      *result = call();
      told_.End(what, contract::StatusOf(*result), primary);
      if (result->ok()) return true;
    }
    ADD_FAILURE() << what << " fails each time";
    return false;
  }

  bool Listen() {
    CreateServerOptions options;
    options.platform = &faults_.platform();
    absl::StatusOr<Socket> listener;
    if (!Retry<absl::StatusOr<Socket>>(
            "CreateServer", Call::kListen, false,
            [&] {
              return CreateServer(HostPort{"127.0.0.1", 0}, options);
            },
            &listener)) {
      return false;
    }
    listener_ = *std::move(listener);
    return ConfigureTimeout(listener_);
  }

  bool ConfigureTimeout(Socket& socket) {
    absl::Status status;
    return Retry<absl::Status>(
        "SetTimeout", Call::kSetBlocking, false,
        [&] { return socket.SetTimeout(kTimeout); }, &status);
  }

  absl::StatusOr<Socket> ConnectOnce(const SocketAddress& address,
                                     bool create) {
    if (create) {
      CreateConnectionOptions options;
      options.platform = &faults_.platform();
      options.timeout = kTimeout;
      return CreateConnection(HostPort{"127.0.0.1", address.port()}, options);
    }
    absl::StatusOr<Socket> socket =
        Socket::Create(kAfInet, kSockStream, 0, &faults_.platform());
    if (!socket.ok()) return socket;
    absl::Status status = socket->SetTimeout(kTimeout);
    if (status.ok()) status = socket->Connect(address);
    if (!status.ok()) return status;
    return socket;
  }

  bool Connect() {
    const absl::StatusOr<SocketAddress> address = listener_.GetSockName();
    EXPECT_TRUE(address.ok()) << address.status();
    if (!address.ok()) return false;
    const bool create = random_.Chance(1, 2);
    absl::StatusOr<Socket> client;
    if (!Retry<absl::StatusOr<Socket>>(
            "connect", Call::kConnect, true,
            [&] { return ConnectOnce(*address, create); }, &client)) {
      return false;
    }
    client_ = *std::move(client);
    if (!Accept()) return false;
    DoNotDelay(client_.native_handle());
    DoNotDelay(server_.native_handle());
    return ConfigureTimeout(client_) && ConfigureTimeout(server_);
  }

  // Accepts until the connection of the client comes. Connects that failed have
  // left others.
  bool Accept() {
    const absl::StatusOr<SocketAddress> own = client_.GetSockName();
    EXPECT_TRUE(own.ok()) << own.status();
    if (!own.ok()) return false;
    for (int i = 0; i < kMostTries; ++i) {
      told_.Begin(kTimeout, true);
      absl::StatusOr<AcceptResult> accepted = listener_.Accept();
      told_.End("Accept", accepted.status(), Call::kAccept);
      // It may have been the one.
      if (told_.FailedAfter(Call::kAccept)) return false;
      if (accepted.ok() && accepted->address == *own) {
        server_ = std::move(accepted->socket);
        return true;
      }
    }
    ADD_FAILURE() << "the connection does not come";
    return false;
  }

  bool Talk() {
    const int rounds = static_cast<int>(random_.Between(1, 4));
    for (int i = 0; i < rounds; ++i) {
      const bool is_answer = random_.Chance(1, 2);
      Socket& from = is_answer ? server_ : client_;
      Socket& to = is_answer ? client_ : server_;
      switch (random_.Below(4)) {
        case 0:
          if (!ExchangeLines(from, to)) return false;
          break;
        case 1:
          if (!ExchangeFile(from, to)) return false;
          break;
        default:
          if (!Exchange(from, to)) return false;
      }
      if (!ExpectTimeout(to)) return false;
    }
    return true;
  }

  absl::string_view DrawBytes() {
    const std::size_t begin = random_.Below(4000);
    return absl::string_view(world_.bytes).substr(begin, random_.Below(4000));
  }

  bool Exchange(Socket& from, Socket& to) {
    const absl::string_view bytes = DrawBytes();
    std::size_t done = 0;
    bool is_known = true;
    for (int i = 0; done < bytes.size() && i < kMostTries && is_known; ++i) {
      std::size_t sent = 0;
      told_.Begin(kTimeout, true);
      const absl::Status status = from.SendAll(bytes.substr(done), 0, &sent);
      told_.End("SendAll", status, Call::kSend);
      done += sent;
      if (status.ok()) {
        EXPECT_EQ(done, bytes.size());
      }
      is_known = !told_.FailedAfter(Call::kSend);
    }
    if (random_.Chance(1, 3) && !Poll(to, done > 0)) return false;
    return Receive(to, bytes, done, is_known) && is_known;
  }

  // Waits for `socket` with a poller until it is reported, or once if nothing
  // comes. Reports may be false.
  bool Poll(Socket& socket, bool something_comes) {
    absl::StatusOr<Poller> poller;
    absl::Status status;
    const PollMode mode =
        random_.Chance(1, 2) ? PollMode::kOneShot : PollMode::kLevel;
    if (!Retry<absl::StatusOr<Poller>>(
            "Poller::Create", Call::kNewPollSet, false,
            [&] { return Poller::Create(&faults_.platform()); }, &poller) ||
        !Retry<absl::Status>(
            "Register", Call::kPollSetAdd, false,
            [&] {
              return poller->Register(socket, PollEvents::kReadable, 1, mode);
            },
            &status)) {
      return false;
    }
    PollResult result;
    for (int i = 0; i < (something_comes ? kMostTries : 1); ++i) {
      told_.Begin(kTimeout, something_comes);
      status = poller->Wait(kTimeout, &result);
      const absl::Duration took = told_.Elapsed();
      told_.End("Poller::Wait", status, Call::kPollSetWait);
      if (!result.empty()) break;
      if (status.ok()) {
        EXPECT_GE(took, kTimeout) << "Poller::Wait ends too early";
      }
    }
    if (something_comes) {
      EXPECT_FALSE(result.empty()) << "nothing is reported";
    }
    return Retry<absl::Status>(
        "Unregister", Call::kPollSetRemove, false,
        [&] { return poller->Unregister(socket); }, &status);
  }

  // Receives the first `sent` of `bytes`. If `is_all` is false, there may be
  // more of them.
  bool Receive(Socket& to, absl::string_view bytes, std::size_t sent,
               bool is_all) {
    std::string received;
    for (int i = 0; received.size() < sent && i < 40 * kMostTries; ++i) {
      told_.Begin(kTimeout, true);
      const absl::StatusOr<std::string> piece =
          to.Recv(1 + random_.Below(1000));
      told_.End("Recv", piece.status(), Call::kRecv);
      if (told_.FailedAfter(Call::kRecv)) return false;
      if (!piece.ok()) continue;
      EXPECT_NE(*piece, "") << "an end that nobody has made";
      if (piece->empty()) return false;
      received += *piece;
    }
    EXPECT_GE(received.size(), sent) << "bytes are lost";
    EXPECT_EQ(received, bytes.substr(0, received.size()));
    if (is_all) {
      EXPECT_EQ(received.size(), sent);
    }
    return received.size() == sent;
  }

  bool ExchangeLines(Socket& from, Socket& to) {
    absl::StatusOr<SocketFile> writer;
    absl::StatusOr<SocketFile> reader;
    const auto make = [](Socket& socket, absl::string_view mode) {
      return [&socket, mode] { return MakeFile(socket, mode); };
    };
    if (!Retry<absl::StatusOr<SocketFile>>("MakeFile", Call::kDup, false,
                                           make(from, "w"), &writer) ||
        !Retry<absl::StatusOr<SocketFile>>("MakeFile", Call::kDup, false,
                                           make(to, "r"), &reader)) {
      return false;
    }
    const int count = static_cast<int>(random_.Between(1, 5));
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) {
      lines.push_back(
          absl::StrCat(i, std::string(random_.Below(300), 'x'), "\n"));
      // A Write may send, and leave its error to the next call.
      told_.Begin(kTimeout, true);
      absl::Status status = writer->Write(lines.back());
      if (status.ok()) status = writer->Flush();
      told_.End("Write", status, Call::kAny);
      for (int k = 0; !status.ok() && k < kMostTries; ++k) {
        if (told_.FailedAfter(Call::kSend)) return false;
        told_.Begin(kTimeout, true);
        status = writer->Flush();
        told_.End("Flush", status, Call::kSend);
      }
      EXPECT_TRUE(status.ok()) << status;
      EXPECT_EQ(writer->unsent(), 0u);
      if (told_.FailedAfter(Call::kSend)) return false;
    }
    for (const std::string& line : lines) {
      absl::StatusOr<std::string> read = std::string();
      for (int k = 0; k < 10 * kMostTries; ++k) {
        told_.Begin(kTimeout, true);
        read = reader->ReadLine();
        told_.End("ReadLine", read.status(), Call::kAny);
        if (told_.FailedAfter(Call::kRecv)) return false;
        if (read.ok()) break;
      }
      EXPECT_TRUE(read.ok()) << read.status();
      if (!read.ok()) return false;
      EXPECT_EQ(*read, line);
    }
    EXPECT_EQ(reader->buffered(), 0u);
    return true;
  }

  bool ExchangeFile(Socket& from, Socket& to) {
    const NativeHandle file = FileHandleOf(world_.file.get());
    const std::uint64_t begin = random_.Below(4000);
    const std::uint64_t count = 1 + random_.Below(3000);
    std::uint64_t done = 0;
    bool is_known = true;
    for (int i = 0; done < count && i < kMostTries && is_known; ++i) {
      std::uint64_t sent = 0;
      told_.Begin(kTimeout, true);
      const absl::StatusOr<std::uint64_t> result =
          SendFile(from, file, begin + done, count - done, &sent);
      told_.End("SendFile", result.status(), Call::kSendFile);
      done += sent;
      if (result.ok()) {
        EXPECT_EQ(done, count);
      }
      // The call itself tells how much was sent.
      is_known = !told_.FailedAfter(Call::kSend);
    }
    const absl::string_view bytes =
        absl::string_view(world_.bytes).substr(begin, count);
    return Receive(to, bytes, done, is_known) && is_known;
  }

  // Nothing is on its way to `socket`.
  bool ExpectTimeout(Socket& socket) {
    if (random_.Chance(1, 3) && !Poll(socket, false)) return false;
    told_.Begin(kTimeout, false);
    const absl::StatusOr<std::string> received = socket.Recv(10);
    told_.End("Recv of nothing", received.status(), Call::kRecv);
    EXPECT_FALSE(received.ok()) << "bytes that nobody has sent: " << *received;
    return !received.ok() && !told_.FailedAfter(Call::kRecv);
  }

  void ExpectEnd() {
    EXPECT_TRUE(client_.Shutdown(ShutdownHow::kWrite).ok());
    told_.Begin(kTimeout, true);
    const absl::StatusOr<std::string> end = server_.Recv(10);
    EXPECT_TRUE(end.ok() && end->empty()) << end.status();
    EXPECT_TRUE(client_.Close().ok());
    EXPECT_TRUE(server_.Close().ok());
    EXPECT_TRUE(listener_.Close().ok());
  }

  World& world_;
  Told told_;
  CallFaults faults_;
  std::vector<Rule> rules_;
  sim::Random random_;
  Socket listener_;
  Socket client_;
  Socket server_;
};

}  // namespace fault
}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_FAULT_CONVERSATION_H_
