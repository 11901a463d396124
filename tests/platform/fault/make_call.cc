#include "mortise/tests/platform/fault/make_call.h"

#include <cstddef>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/fault/call.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_set.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/socket_modes.h"

namespace mortise {
namespace fault {
namespace {

int MakePollSetCall(Platform& platform, Call call) {
  SysResult<std::unique_ptr<PollSet>> made = platform.readiness().NewPollSet();
  if (!made.ok()) return made.error;
  PollSet& set = *made.value;
  int cookie = 0;
  PollReady ready[1];
  const PollWish wish = {NativeHandle(7), PollEvents::kReadable,
                         PollMode::kLevel, &cookie};
  switch (call) {
    case Call::kPollSetAdd:
      return set.Add(wish).error;
    case Call::kPollSetChange:
      return set.Change(wish).error;
    case Call::kPollSetRemove:
      return set.Remove(wish.handle).error;
    default:
      return set.Wait(absl::MakeSpan(ready), absl::ZeroDuration()).error;
  }
}

}  // namespace

int MakeCall(Platform& platform, Call call) {
  SocketCalls& sockets = platform.sockets();
  const NativeHandle handle(7);
  SockAddr address;
  char byte[1] = {};
  const absl::Span<char> room(byte);
  const absl::Span<const char> data(byte);
  const absl::Span<char> rooms[] = {room};
  const absl::string_view texts[] = {"x"};
  const absl::Duration none = absl::ZeroDuration();
  switch (call) {
    case Call::kAny:
      return 0;
    case Call::kSocket:
      return sockets.Socket(0, 0, 0).error;
    case Call::kSocketPair:
      return sockets.SocketPair(0, 0, 0).error;
    case Call::kDup:
      return sockets.Dup(handle).error;
    case Call::kClose:
      return sockets.Close(handle).error;
    case Call::kDeferPort:
      return sockets.DeferPort(handle).error;
    case Call::kBind:
      return sockets.Bind(handle, address).error;
    case Call::kListen:
      return sockets.Listen(handle, 1).error;
    case Call::kAccept:
      return sockets.Accept(handle, &address).error;
    case Call::kConnect:
      return sockets.Connect(handle, address).error;
    case Call::kDisconnect:
      return sockets.Disconnect(handle).error;
    case Call::kTakeError:
      return sockets.TakeError(handle).error;
    case Call::kShutdown:
      return sockets.Shutdown(handle, ShutdownHow::kBoth).error;
    case Call::kHasReceivingEnded:
      return sockets.HasReceivingEnded(handle).error;
    case Call::kIdentity:
      return sockets.Identity(handle).error;
    case Call::kRecv:
      return sockets.Recv(handle, room, 0).error;
    case Call::kRecvFrom:
      return sockets.RecvFrom(handle, room, 0, &address).error;
    case Call::kSend:
      return sockets.Send(handle, data, 0).error;
    case Call::kSendTo:
      return sockets.SendTo(handle, data, 0, address).error;
    case Call::kRecvMsg:
      return sockets.RecvMsg(handle, rooms, {}, 0, &address).error;
    case Call::kSendMsg:
      return sockets.SendMsg(handle, texts, {}, 0, &address).error;
    case Call::kGetSockName:
      return sockets.GetSockName(handle, &address).error;
    case Call::kGetPeerName:
      return sockets.GetPeerName(handle, &address).error;
    case Call::kGetSockOpt:
      return sockets.GetSockOpt(handle, 0, 0, room).error;
    case Call::kSetSockOpt:
      return sockets.SetSockOpt(handle, 0, 0, data).error;
    case Call::kSetAddressReuse:
      return sockets.SetAddressReuse(handle, AddressReuse::kShare).error;
    case Call::kSetBlocking:
      return sockets.SetBlocking(handle, true).error;
    case Call::kIsNonBlocking:
      return sockets.IsNonBlocking(handle).error;
    case Call::kDescribe:
      return sockets.Describe(handle).error;
    case Call::kGetInheritable:
      return sockets.GetInheritable(handle).error;
    case Call::kSetInheritable:
      return sockets.SetInheritable(handle, true).error;
    case Call::kIoctl:
      return sockets.Ioctl(handle, 0, data, room).error;
    case Call::kShare:
      return sockets.Share(handle, 1).error;
    case Call::kFromShare:
      return sockets.FromShare("info").error;
    case Call::kWaitInterruptibly:
      return platform.readiness().WaitInterruptibly({}, {}, none).error;
    case Call::kNewInterrupt:
      return platform.readiness().NewInterrupt().error;
    case Call::kNewPollSet:
      return platform.readiness().NewPollSet().error;
    case Call::kSleep:
      platform.readiness().Sleep(absl::Hours(1));
      return 0;
    case Call::kPollSetAdd:
    case Call::kPollSetChange:
    case Call::kPollSetRemove:
    case Call::kPollSetWait:
      return MakePollSetCall(platform, call);
    case Call::kNow:
      (void)platform.clock().Now();
      return 0;
    case Call::kFindAddresses:
      return platform.names().FindAddresses({}, none).error;
    case Call::kBeginFindAddresses:
      return platform.names().BeginFindAddresses({}, none, [] {})->Take().error;
    case Call::kFindName:
      return platform.names().FindName(address, 0, none).error;
    case Call::kFindHostByName:
      return platform.names().FindHostByName("host", none).error;
    case Call::kFindHostByAddress:
      return platform.names().FindHostByAddress(address, none).error;
    case Call::kGetHostName:
      return platform.names().GetHostName().error;
    case Call::kSetHostName:
      return platform.names().SetHostName("host").error;
    case Call::kPortOfService:
      return platform.services().PortOfService("http", "").error;
    case Call::kServiceOfPort:
      return platform.services().ServiceOfPort(80, "").error;
    case Call::kProtocolOfName:
      return platform.services().ProtocolOfName("tcp").error;
    case Call::kNameToIndex:
      return platform.interfaces().NameToIndex("lo").error;
    case Call::kIndexToName:
      return platform.interfaces().IndexToName(1).error;
    case Call::kListInterfaces:
      return platform.interfaces().List().error;
    case Call::kKernelControlId:
      return platform.interfaces().KernelControlId("control").error;
    case Call::kSendFile:
      return platform.files().SendFile(handle, true, handle, 0, 1).error;
    case Call::kReadAt:
      return platform.files().ReadAt(handle, 0, room).error;
    case Call::kReadNext:
      return platform.files().ReadNext(handle, room).error;
  }
  return 0;
}

}  // namespace fault
}  // namespace mortise
