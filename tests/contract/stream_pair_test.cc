// Runs the contract of streams on those of sockets, and on one that is a
// program's own.

#include "mortise/tests/contract/stream_pair.h"

#include <memory>
#include <utility>

#include "mortise/core/socket.h"
#include "mortise/core/stream.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/flipping_stream.h"
#include "mortise/tests/contract/stream_pair_suites.h"

namespace mortise {
namespace contract {
namespace {

StreamPair FlippingTwice(std::pair<Socket, Socket> sockets) {
  StreamPair once = Flipping(std::move(sockets));
  return {std::make_unique<FlippingStream>(std::move(once.client)),
          std::make_unique<FlippingStream>(std::move(once.server))};
}

MORTISE_INSTANTIATE_STREAM_PAIRS(Default, KindOver("TcpIpv4", TcpIpv4(), Plain),
                                 KindOver("TcpIpv6", TcpIpv6(), Plain),
                                 KindOver("UnixStream", UnixStream(), Plain));

MORTISE_INSTANTIATE_STREAM_PAIRS(Flipping,
                                 KindOver("OverTcp", TcpIpv4(), Flipping),
                                 KindOver("OverUnix", UnixStream(), Flipping),
                                 KindOver("OverItself", TcpIpv4(),
                                          FlippingTwice));

}  // namespace
}  // namespace contract
}  // namespace mortise
