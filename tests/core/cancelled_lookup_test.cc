// Cancellation of look-ups, with a resolver that never answers.

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "mortise/core/cancellation.h"
#include "mortise/core/create_connection.h"
#include "mortise/core/create_server.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/getnameinfo.h"
#include "mortise/core/lookup_options.h"
#include "mortise/core/message.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"

namespace mortise {
namespace {

// Waits until the limit of a look-up ends it.
class SilentNames final : public NameCalls {
 public:
  LookupResult<std::vector<AddrInfoEntry>> FindAddresses(
      const AddrInfoQuery&, const CallLimit& limit) override {
    return Wait<std::vector<AddrInfoEntry>>(limit);
  }
  LookupResult<NameInfo> FindName(const SockAddr&, int,
                                  const CallLimit& limit) override {
    return Wait<NameInfo>(limit);
  }
  LookupResult<HostEntry> FindHostByName(absl::string_view,
                                         const CallLimit& limit) override {
    return Wait<HostEntry>(limit);
  }
  LookupResult<HostEntry> FindHostByAddress(const SockAddr&,
                                            const CallLimit& limit) override {
    return Wait<HostEntry>(limit);
  }

 private:
  template <typename T>
  LookupResult<T> Wait(const CallLimit& limit) {
    LookupResult<T> result;
    if (limit.given_up == nullptr) {
      ADD_FAILURE() << "the look-up would never end";
      result.timed_out = true;
      return result;
    }
    limit.readiness->WaitInterruptibly(
        {}, absl::MakeConstSpan(&limit.given_up, 1), limit.timeout);
    result.cancelled = limit.given_up->is_set();
    result.timed_out = !result.cancelled;
    return result;
  }
};

class CancelledLookupTest : public ::testing::Test {
 protected:
  // `call` looks up a name with the token.
  using Call = std::function<absl::Status(const Cancellation&)>;

  CancelledLookupTest() : platform_(Parts(), Platform::Default().facts()) {}

  void ExpectCancelled(const Call& call) {
    const Cancellation before;
    before.Cancel();
    EXPECT_TRUE(mortise::IsCancelled(call(before)));
    const Cancellation during;
    std::thread other([&during] { during.Cancel(); });
    EXPECT_TRUE(mortise::IsCancelled(call(during)));
    other.join();
    EXPECT_TRUE(IsTimeout(call(Cancellation::After(absl::Milliseconds(1)))));
  }

  void ExpectCancelledOnSocket(
      const std::function<absl::Status(Socket&)>& call) {
    ExpectCancelled([&](const Cancellation& token) {
      Socket socket = *Socket::Create(kAfInet, kSockDgram, 0, &platform_);
      EXPECT_TRUE(socket.SetCancellation(token).ok());
      // Such a socket waits for its look-up without a limit.
      EXPECT_TRUE(socket.SetBlocking(false).ok());
      return call(socket);
    });
  }

  LookupOptions Options(const Cancellation& token) {
    LookupOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    return options;
  }

  Platform::Parts Parts() {
    Platform::Parts parts = Platform::Default().parts();
    parts.names = &names_;
    return parts;
  }

  SilentNames names_;
  Platform platform_;
};

TEST_F(CancelledLookupTest, GetAddrInfo) {
  ExpectCancelled([this](const Cancellation& token) {
    GetAddrInfoOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    return GetAddrInfo("silent.example", 80, options).status();
  });
}

TEST_F(CancelledLookupTest, GetHostByName) {
  ExpectCancelled([this](const Cancellation& token) {
    return GetHostByName("silent.example", Options(token)).status();
  });
  ExpectCancelled([this](const Cancellation& token) {
    return GetHostByNameEx("silent.example", Options(token)).status();
  });
}

TEST_F(CancelledLookupTest, GetHostByAddr) {
  for (const char* host : {"192.0.2.1", "silent.example"}) {
    ExpectCancelled([&](const Cancellation& token) {
      return GetHostByAddr(host, Options(token)).status();
    });
  }
}

TEST_F(CancelledLookupTest, GetNameInfo) {
  ExpectCancelled([this](const Cancellation& token) {
    return GetNameInfo({"192.0.2.1", 80}, 0, Options(token)).status();
  });
}

TEST_F(CancelledLookupTest, CreateConnection) {
  ExpectCancelled([this](const Cancellation& token) {
    CreateConnectionOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    return CreateConnection(HostPort{"silent.example", 80}, options).status();
  });
}

// Such a resolver is asked for one family after the other.
TEST_F(CancelledLookupTest, CreateConnectionWithTwoLookUps) {
  ExpectCancelled([this](const Cancellation& token) {
    CreateConnectionOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    options.attempt_delay = kHappyEyeballsDelay;
    return CreateConnection(HostPort{"silent.example", 80}, options).status();
  });
}

TEST_F(CancelledLookupTest, TheSourceOfCreateConnection) {
  ExpectCancelled([this](const Cancellation& token) {
    CreateConnectionOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    options.source_address = HostPort{"silent.example", 0};
    return CreateConnection(HostPort{"127.0.0.1", 9}, options).status();
  });
}

TEST_F(CancelledLookupTest, CreateServer) {
  ExpectCancelled([this](const Cancellation& token) {
    CreateServerOptions options;
    options.platform = &platform_;
    options.cancellation = token;
    return CreateServer({"silent.example", 0}, options).status();
  });
}

TEST_F(CancelledLookupTest, ASocketsOwn) {
  ExpectCancelledOnSocket([](Socket& socket) {
    return socket.Connect({"silent.example", 9});
  });
  ExpectCancelledOnSocket([](Socket& socket) {
    return socket.Bind({"silent.example", 9});
  });
  ExpectCancelledOnSocket([](Socket& socket) {
    return socket.SendTo("x", {"silent.example", 9}).status();
  });
  ExpectCancelledOnSocket([](Socket& socket) {
    return SendMsg(socket, {"x"}, {}, 0, Address(HostPort{"silent.example", 9}))
        .status();
  });
}

}  // namespace
}  // namespace mortise
