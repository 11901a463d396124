// The results of a backend that has none of the methods. Such a backend
// compiles, so a method that is added later does not break the backends outside
// of this tree.

#include <memory>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/error.h"
#include "mortise/core/getaddrinfo.h"
#include "mortise/core/gethostbyname.h"
#include "mortise/core/hostname.h"
#include "mortise/core/interfaces.h"
#include "mortise/core/message.h"
#include "mortise/core/services.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/call_limit.h"
#include "mortise/platform/error_code.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/platform/every_call.h"

namespace mortise {
namespace {

class NoSocketCalls final : public SocketCalls {};
class NoReadinessCalls final : public ReadinessCalls {};
class NoClockCalls final : public ClockCalls {};
class NoNameCalls final : public NameCalls {};
class NoServiceCalls final : public ServiceCalls {};
class NoInterfaceCalls final : public InterfaceCalls {};
class NoFileCalls final : public FileCalls {};
class NoErrorCalls final : public ErrorCalls {};

// The results of methods that return no error differ. The tests below check
// some of them.
template <typename T>
void ExpectUnsupported(const T& /*result*/) {}
template <typename T>
void ExpectUnsupported(const SysResult<T>& result) {
  EXPECT_EQ(result.error, kNotSupportedError);
}
template <typename T>
void ExpectUnsupported(const LookupResult<T>& result) {
  EXPECT_EQ(result.error, kNotSupportedError);
  EXPECT_EQ(result.domain, ErrorDomain::kOs);
  EXPECT_FALSE(result.timed_out);
  EXPECT_FALSE(result.no_thread);
}

void ExpectUnsupported(const std::unique_ptr<PendingLookup>& result) {
  ExpectUnsupported(result->Take());
}

template <typename Calls, typename R, typename... A, typename Method>
void Call(Calls& calls, Method method) {
  Arguments<A...> arguments;
  arguments.PassTo([&](A... each) {
    if constexpr (std::is_void_v<R>) {
      (calls.*method)(each...);
    } else {
      ExpectUnsupported((calls.*method)(each...));
    }
  });
}
template <typename Calls, typename R, typename... A>
void CallWithAnything(Calls& calls, R (Calls::*method)(A...)) {
  Call<Calls, R, A...>(calls, method);
}
template <typename Calls, typename R, typename... A>
void CallWithAnything(Calls& calls, R (Calls::*method)(A...) const) {
  Call<Calls, R, A...>(calls, method);
}
// This method sleeps, so it gets a duration of 0.
void CallWithAnything(ReadinessCalls& calls,
                      void (ReadinessCalls::*method)(absl::Duration)) {
  (calls.*method)(absl::ZeroDuration());
}

#define MORTISE_CALL(name, Method)                 \
  TEST(Default##name##CallsTest, Method) {         \
    No##name##Calls none;                          \
    name##Calls& calls = none;                     \
    CallWithAnything(calls, &name##Calls::Method); \
  }
#define MORTISE_UNMOCKED_CALL MORTISE_CALL
#include "mortise/tests/platform/every_call.inc"
#undef MORTISE_UNMOCKED_CALL
#undef MORTISE_CALL

TEST(DefaultCallsTest, AnyValidHandleMayBeOne) {
  EXPECT_TRUE(NoSocketCalls().IsHandle(NativeHandle(7)));
  EXPECT_FALSE(NoSocketCalls().IsHandle(NativeHandle()));
  EXPECT_TRUE(NoFileCalls().IsHandle(NativeHandle(7)));
  EXPECT_FALSE(NoFileCalls().IsHandle(NativeHandle()));
}

TEST(DefaultCallsTest, TheClockDoesNotGoBackwards) {
  NoClockCalls clock;
  const absl::Duration before = clock.Now();
  EXPECT_GE(clock.Now(), before);
}

// A backend that only has FindAddresses.
TEST(DefaultCallsTest, ALookUpBesideOtherWorkIsAnsweredAtOnce) {
  class OneAddress final : public NameCalls {
   public:
    FoundAddresses FindAddresses(const AddrInfoQuery& query,
                                 const CallLimit& limit) override {
      EXPECT_EQ(query.host, "a.example");
      EXPECT_EQ(limit.timeout, absl::Seconds(3));
      FoundAddresses found;
      found.value.resize(1);
      return found;
    }
  };
  OneAddress names;
  AddrInfoQuery query;
  query.host = "a.example";
  int calls = 0;
  const std::unique_ptr<PendingLookup> lookup =
      names.BeginFindAddresses(query, absl::Seconds(3), [&calls] { ++calls; });
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(lookup->Take().value.size(), 1u);
}

TEST(DefaultCallsTest, NumbersAreTheSystemsAndHaveAText) {
  const NoErrorCalls errors;
  EXPECT_EQ(errors.Text(ErrorDomain::kOs, 17), "error 17");
  EXPECT_EQ(errors.Name(ErrorDomain::kOs, -12345), "");
  EXPECT_EQ(errors.Name(ErrorDomain::kTls, 1), "");
}

// What a program gets from such a backend.
TEST(DefaultCallsTest, EverythingIsUnsupported) {
  NoSocketCalls sockets;
  NoReadinessCalls readiness;
  NoClockCalls clock;
  NoNameCalls names;
  NoServiceCalls services;
  NoInterfaceCalls interfaces;
  NoFileCalls files;
  NoErrorCalls errors;
  Platform platform({&sockets, &readiness, &clock, &names, &services,
                     &interfaces, &files, &errors},
                    SystemFacts());
  EXPECT_TRUE(IsUnsupported(
      Socket::Create(kAfInet, kSockStream, 0, &platform).status()));
  EXPECT_TRUE(
      IsUnsupported(SocketPair(kAfUnspec, kSockStream, 0, &platform).status()));
  EXPECT_TRUE(IsUnsupported(GetHostName(&platform).status()));
  EXPECT_TRUE(IsUnsupported(IfNameIndex(&platform).status()));
  EXPECT_TRUE(IsUnsupported(GetServByName("http", "tcp", &platform).status()));
  GetAddrInfoOptions query;
  query.platform = &platform;
  EXPECT_TRUE(IsUnsupported(GetAddrInfo("a.example", 80, query).status()));
  Socket socket =
      Socket::Adopt(NativeHandle(7), kAfInet, kSockStream, 0, &platform)
          .value();
  EXPECT_TRUE(IsUnsupported(socket.Recv(1).status()));
  EXPECT_TRUE(IsUnsupported(RecvMsg(socket, 1).status()));
  EXPECT_TRUE(IsUnsupported(socket.SendAll("x")));
  EXPECT_TRUE(IsUnsupported(socket.Connect({"127.0.0.1", 80})));
  EXPECT_TRUE(IsUnsupported(socket.Close()));
}

}  // namespace
}  // namespace mortise
