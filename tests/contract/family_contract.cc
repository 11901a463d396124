// Addresses of the families beyond IP and AF_UNIX, and sockets of the families
// that the machine has.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mortise/core/address.h"
#include "mortise/core/error.h"
#include "mortise/core/family_address.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/family_layout.h"
#include "mortise/platform/sock_addr.h"
#include "mortise/platform/sys_result.h"
#include "mortise/tests/contract/contract_suites.h"
#include "mortise/tests/contract/contract_test.h"
#include "mortise/tests/contract/status_matchers.h"

namespace mortise {
namespace contract {
namespace {

using ::testing::HasSubstr;

struct Sample {
  FamilyAddress address;
  std::string text;
};

// Returns one address of each kind, without default values. None of them names
// an interface, because machines have different interfaces.
std::vector<Sample> Samples() {
  PacketAddress packet;
  packet.protocol = 0x0800;
  packet.packet_type = 4;
  packet.hardware_type = 1;
  packet.hardware_address = std::string("\x02\x00\xff\x10\x20\x30", 6);
  return {
      {NetlinkAddress{0xfffffffe, 0x80000001},
       "netlink:pid=4294967294,groups=2147483649"},
      {packet, "packet:*,proto=0x0800,type=4,hatype=1,addr=02:00:ff:10:20:30"},
      {VsockAddress{2, 1234}, "vsock:2:1234"},
      {CanAddress{}, "can:*"},
      {CanIsotpAddress{"", 0x123, 0x456}, "can:*,rx=0x123,tx=0x456"},
      {CanJ1939Address{"", 0x1122334455667788, 0x3ff00, 0x20},
       "can:*,name=0x1122334455667788,pgn=0x3ff00,addr=0x20"},
      {AlgAddress{"skcipher", "cbc(aes)", 1, 2},
       "alg:skcipher:cbc(aes),feat=1,mask=2"},
      {L2capAddress{"AA:BB:CC:DD:EE:0F", 0x1001, 64, 1},
       "l2cap:AA:BB:CC:DD:EE:0F,psm=4097,cid=64,type=1"},
      {RfcommAddress{"AA:BB:CC:DD:EE:0F", 30},
       "rfcomm:AA:BB:CC:DD:EE:0F,channel=30"},
      {ScoAddress{"AA:BB:CC:DD:EE:0F"}, "sco:AA:BB:CC:DD:EE:0F"},
      {HciAddress{7, 1}, "hci:7,channel=1"},
      {TipcAddress{TipcAddress::Type::kServiceRange, 1000, 0, 99, 2},
       "tipc:range=1000:0:99,scope=2"},
      {TipcAddress{TipcAddress::Type::kService, 1000, 17, 0, 0},
       "tipc:service=1000:17:0"},
      {TipcAddress{TipcAddress::Type::kSocket, 16781313, 42, 0, 0},
       "tipc:socket=16781313:42"},
      {QipcrtrAddress{1, 0xfffffffe}, "qipcrtr:1:4294967294"},
      {HypervAddress{kHvGuidParent, "00000AC9-FACB-11E6-BD58-64006A7986D3"},
       absl::StrCat("hyperv:", kHvGuidParent,
                    ":00000AC9-FACB-11E6-BD58-64006A7986D3")},
      {SystemAddress{3, 5}, "system:3:5"},
  };
}

// Returns the samples whose families `platform` has, with the socket addresses
// made from them.
std::vector<std::pair<Sample, SocketAddress>> Made(Platform& platform) {
  std::vector<std::pair<Sample, SocketAddress>> made;
  for (Sample& sample : Samples()) {
    const absl::StatusOr<SocketAddress> address =
        MakeAddress(sample.address, &platform);
    if (address.ok()) {
      made.emplace_back(std::move(sample), *address);
    } else {
      EXPECT_TRUE(IsUnsupported(address.status())) << address.status();
      EXPECT_THAT(std::string(address.status().message()),
                  HasSubstr(sample.text));
    }
  }
  return made;
}

TEST_P(FamilyContract, AnAddressIsReadBack) {
  for (const auto& [sample, address] : Made(platform())) {
    FamilyAddress result = sample.address;
    std::visit([](auto& kind) { kind = {}; }, result);
    EXPECT_THAT(ReadAddress(address, &result, &platform()), IsOk())
        << sample.text;
    EXPECT_TRUE(result == sample.address) << sample.text;
  }
}

TEST_P(FamilyContract, AnUnsupportedKindIsNotReadEither) {
  for (const Sample& sample : Samples()) {
    if (MakeAddress(sample.address, &platform()).ok()) continue;
    FamilyAddress result = sample.address;
    EXPECT_TRUE(IsUnsupported(ReadAddress(
        SocketAddress::Ipv4({127, 0, 0, 1}, 80), &result, &platform())))
        << sample.text;
  }
}

TEST_P(FamilyContract, AnAddressIsWords) {
  if (&platform() != &Platform::Default()) {
    GTEST_SKIP() << "the text is the operating system's";
  }
  for (const auto& [sample, address] : Made(platform())) {
    EXPECT_EQ(Address(sample.address).ToString(), sample.text);
    EXPECT_EQ(address.ToString(), sample.text);
  }
}

// If a text in words would leave out part of an address, ToString shows the
// bytes instead.
TEST_P(FamilyContract, AnAddressThatIsMoreThanWordsIsHexadecimal) {
  if (&platform() != &Platform::Default()) {
    GTEST_SKIP() << "the text is the operating system's";
  }
  for (const auto& [sample, address] : Made(platform())) {
    const absl::StatusOr<SocketAddress> longer = SocketAddress::Raw(
        address.family(), absl::StrCat(address.bytes(), std::string(20, 'm')));
    ASSERT_THAT(longer.status(), IsOk()) << sample.text;
    EXPECT_TRUE(absl::EndsWith(longer->ToString(), "6d6d6d6d"))
        << longer->ToString();
  }
}

TEST_P(FamilyContract, ItsBytesAreARawAddress) {
  for (const auto& [sample, address] : Made(platform())) {
    const absl::StatusOr<SocketAddress> raw =
        SocketAddress::Raw(address.family(), address.bytes());
    ASSERT_THAT(raw.status(), IsOk()) << sample.text;
    EXPECT_EQ(*raw, address) << sample.text;
    EXPECT_EQ(raw->port(), 0) << sample.text;
    EXPECT_EQ(raw->host(), "") << sample.text;
  }
}

TEST_P(FamilyContract, ACutOrForeignAddressIsRefused) {
  for (const auto& [sample, address] : Made(platform())) {
    FamilyAddress result = sample.address;
    for (const SocketAddress& wrong :
         {SocketAddress::Raw(address.family(), "").value(),
          SocketAddress::Raw(address.family(), address.bytes().substr(0, 1))
              .value(),
          SocketAddress::Raw(60000, address.bytes()).value(), SocketAddress(),
          SocketAddress::Ipv4({127, 0, 0, 1}, 80)}) {
      const absl::Status status = ReadAddress(wrong, &result, &platform());
      EXPECT_TRUE(IsUsageError(status)) << sample.text << " " << status;
      EXPECT_THAT(std::string(status.message()),
                  HasSubstr("is not an address of AF_"));
    }
  }
}

TEST_P(FamilyContract, WhateverTheBytesNothingIsReadBeyondThem) {
  for (const auto& [sample, address] : Made(platform())) {
    for (const char fill : {'\0', '\x01', '\x7f', '\xff'}) {
      for (std::size_t size = 0; size <= SockAddr::kCapacity; ++size) {
        const SocketAddress raw =
            SocketAddress::Raw(address.family(), std::string(size, fill))
                .value();
        EXPECT_FALSE(raw.ToString().empty());
        FamilyAddress result = sample.address;
        ReadAddress(raw, &result, &platform()).IgnoreError();
        for (const int protocol : {-1, 0, 1, 2, 3, 6, 7, 1000}) {
          FamilyAddressOf(raw, protocol, &platform()).status().IgnoreError();
        }
      }
    }
  }
}

TEST_P(FamilyContract, TheFamilyTellsTheKind) {
  for (const auto& [sample, address] : Made(platform())) {
    EXPECT_THAT(
        FamilyAddressOf(address, kUnknownProtocol, &platform()).status(),
        IsOk())
        << sample.text;
  }
  for (const SocketAddress& none :
       {SocketAddress(), SocketAddress::Ipv4({127, 0, 0, 1}, 80),
        SocketAddress::Ipv6({}, 80), SocketAddress::Unix("/x").value(),
        SocketAddress::Raw(60000, "x").value()}) {
    const absl::Status status = FamilyAddressOf(none, 0, &platform()).status();
    EXPECT_TRUE(IsUsageError(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("which has no structure here"));
  }
}

// Returns an interface of this machine.
std::optional<InterfaceEntry> AnyInterface(Platform& platform) {
  for (std::uint32_t index = 1; index < 1000; ++index) {
    SysResult<std::string> name = platform.interfaces().IndexToName(index);
    if (name.ok()) return InterfaceEntry{index, std::move(name.value)};
  }
  return std::nullopt;
}

TEST_P(FamilyContract, AnInterfaceIsNameAndIndex) {
  const std::optional<InterfaceEntry> interface_entry =
      AnyInterface(platform());
  if (!interface_entry.has_value()) GTEST_SKIP() << "no network interface";
  CanAddress address{interface_entry->name};
  absl::StatusOr<SocketAddress> made = MakeAddress(address, &platform());
  if (IsUnsupported(made.status())) GTEST_SKIP() << made.status();
  ASSERT_THAT(made.status(), IsOk());
  const absl::StatusOr<CanAddress> read =
      AddressAs<CanAddress>(*made, &platform());
  ASSERT_THAT(read.status(), IsOk());
  EXPECT_EQ(read->ifname, interface_entry->name);
  EXPECT_EQ(read->ifindex, interface_entry->index);
  // An address can be made from both together, or from the index only.
  EXPECT_EQ(MakeAddress(*read, &platform()).value(), *made);
  EXPECT_EQ(
      MakeAddress(CanAddress{"", interface_entry->index}, &platform()).value(),
      *made);

  address.ifindex = interface_entry->index + 1;
  const absl::Status other = MakeAddress(address, &platform()).status();
  EXPECT_TRUE(IsUsageError(other)) << other;
  EXPECT_THAT(std::string(other.message()), HasSubstr("ifindex: "));
}

TEST_P(FamilyContract, AnInterfaceThatIsNoneIsNotFound) {
  const absl::Status status =
      MakeAddress(CanAddress{"no-such-one"}, &platform()).status();
  if (IsUnsupported(status)) GTEST_SKIP() << status;
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("can:no-such-one"));
}

// --- Sockets ----------------------------------------------------------------

// Returns a socket of the family of Kind, or the error.
template <typename Kind>
absl::StatusOr<Socket> SocketFor(const Kind& address, SocketType type,
                                 Protocol protocol, Platform& platform) {
  const absl::StatusOr<SocketAddress> made = MakeAddress(address, &platform);
  if (!made.ok()) return made.status();
  return Socket::Create(made->family(), type, protocol, &platform);
}

// rtnetlink(7): a header, and behind it the request for all interfaces.
struct NetlinkHeader {
  std::uint32_t length;
  std::uint16_t type;
  std::uint16_t flags;
  std::uint32_t sequence;
  std::uint32_t pid;
};
constexpr std::uint16_t kNlmsgDone = 3;
constexpr std::uint16_t kRtmNewlink = 16;
constexpr std::uint16_t kRtmGetlink = 18;
constexpr std::uint16_t kRequestDump = 0x301;

TEST_P(FamilyContract, NetlinkDumpsTheInterfaces) {
  absl::StatusOr<Socket> socket =
      SocketFor(NetlinkAddress(), kSockRaw, 0, platform());
  if (!socket.ok()) GTEST_SKIP() << "no AF_NETLINK: " << socket.status();
  ASSERT_THAT(socket->SetTimeout(kLong), IsOk());
  ASSERT_THAT(socket->Bind(NetlinkAddress{0, 0}), IsOk());
  const absl::StatusOr<NetlinkAddress> own =
      AddressAs<NetlinkAddress>(MustGetSockName(*socket), &platform());
  ASSERT_THAT(own.status(), IsOk());
  EXPECT_NE(own->pid, 0u);

  char request[sizeof(NetlinkHeader) + 16] = {};
  const NetlinkHeader header = {sizeof(request), kRtmGetlink, kRequestDump, 7,
                                0};
  std::memcpy(request, &header, sizeof(header));
  ASSERT_THAT(socket
                  ->SendTo(absl::string_view(request, sizeof(request)),
                           NetlinkAddress())
                  .status(),
              IsOk());
  std::size_t links = 0;
  bool done = false;
  while (!done) {
    const absl::StatusOr<RecvFromStringResult> received =
        socket->RecvFrom(65536);
    ASSERT_THAT(received.status(), IsOk());
    // The kernel's address is the default one.
    EXPECT_EQ(AddressAs<NetlinkAddress>(received->address, &platform()).value(),
              NetlinkAddress());
    EXPECT_EQ(received->address,
              MakeAddress(NetlinkAddress(), &platform()).value());
    absl::string_view rest = received->data;
    while (rest.size() >= sizeof(NetlinkHeader)) {
      NetlinkHeader answer;
      std::memcpy(&answer, rest.data(), sizeof(answer));
      ASSERT_GE(answer.length, sizeof(answer));
      ASSERT_LE(answer.length, rest.size());
      EXPECT_EQ(answer.sequence, 7u);
      EXPECT_EQ(answer.pid, own->pid);
      if (answer.type == kRtmNewlink) ++links;
      if (answer.type == kNlmsgDone) done = true;
      rest.remove_prefix(
          std::min<std::size_t>((answer.length + 3) & ~3u, rest.size()));
    }
  }
  EXPECT_EQ(links > 0, AnyInterface(platform()).has_value());
}

TEST_P(FamilyContract, RawBytesAreBoundAndReadUnharmed) {
  absl::StatusOr<Socket> socket =
      SocketFor(NetlinkAddress(), kSockRaw, 0, platform());
  if (!socket.ok()) GTEST_SKIP() << "no AF_NETLINK: " << socket.status();
  ASSERT_THAT(socket->Bind(NetlinkAddress()), IsOk());
  const SocketAddress name = MustGetSockName(*socket);
  ASSERT_THAT(socket->Close(), IsOk());
  // The second socket gets the same port id, from the bytes of the first one's
  // name.
  absl::StatusOr<Socket> other =
      SocketFor(NetlinkAddress(), kSockRaw, 0, platform());
  ASSERT_THAT(other.status(), IsOk());
  ASSERT_THAT(
      other->Bind(SocketAddress::Raw(name.family(), name.bytes()).value()),
      IsOk());
  EXPECT_EQ(MustGetSockName(*other), name);
}

// An address that is too long, too short, or of another family is an error. It
// does not make the program crash.
TEST_P(FamilyContract, HostileRawBytesAreAnError) {
  absl::StatusOr<Socket> socket =
      SocketFor(NetlinkAddress(), kSockRaw, 0, platform());
  if (!socket.ok()) GTEST_SKIP() << "no AF_NETLINK: " << socket.status();
  for (const std::size_t size : {0, 1, 9}) {
    const SocketAddress raw =
        SocketAddress::Raw(socket->family(), std::string(size, 'x')).value();
    EXPECT_FALSE(socket->Bind(raw).ok()) << size;
    EXPECT_FALSE(socket->SendTo("x", raw).ok()) << size;
  }
  const absl::Status foreign =
      socket->Bind(SocketAddress::Raw(60000, "x").value());
  EXPECT_TRUE(IsUsageError(foreign)) << foreign;
}

// The call reports why a field of its address is refused.
TEST_P(FamilyContract, AWrongFieldIsNamedByTheCall) {
  Socket socket = MustCreate(kAfInet, kSockDgram);
  const absl::Status status = socket.Bind(HypervAddress{"parent", ""});
  EXPECT_TRUE(IsUsageError(status)) << status;
  EXPECT_EQ(std::string(status.message()),
            "bind: vm_id: \"parent\" is not a GUID [EINVAL]");
}

TEST_P(FamilyContract, AnotherFamilyThanTheSocketsIsRefused) {
  Socket socket = MustCreate(kAfInet, kSockDgram);
  for (const auto& [sample, address] : Made(platform())) {
    for (const absl::Status& status :
         {socket.Bind(sample.address), socket.Connect(address),
          socket.SendTo("x", sample.address).status(),
          socket.SendTo("x", address).status()}) {
      EXPECT_TRUE(IsUsageError(status)) << sample.text << " " << status;
    }
  }
}

TEST_P(FamilyContract, PacketsTellTheirInterface) {
  constexpr std::uint16_t kEthPIp = 0x0800;
  absl::StatusOr<Socket> socket =
      SocketFor(PacketAddress(), kSockDgram, 0, platform());
  if (!socket.ok()) GTEST_SKIP() << "no AF_PACKET: " << socket.status();
  ASSERT_THAT(socket->SetTimeout(kLong), IsOk());
  ASSERT_THAT(socket->Bind(PacketAddress{"lo", kEthPIp}), IsOk());
  const absl::StatusOr<PacketAddress> own =
      AddressAs<PacketAddress>(MustGetSockName(*socket), &platform());
  ASSERT_THAT(own.status(), IsOk());
  EXPECT_EQ(own->ifname, "lo");
  EXPECT_NE(own->ifindex, 0u);
  EXPECT_EQ(own->protocol, kEthPIp);

  Socket receiver = MustBind(UdpIpv4());
  Socket sender = MustBind(UdpIpv4());
  const std::string payload = "to be seen on the loopback interface";
  ASSERT_THAT(sender.SendTo(payload, MustGetSockName(receiver)).status(),
              IsOk());
  while (true) {
    const absl::StatusOr<RecvFromStringResult> received =
        socket->RecvFrom(65536);
    ASSERT_THAT(received.status(), IsOk());
    const absl::StatusOr<PacketAddress> from =
        AddressAs<PacketAddress>(received->address, &platform());
    ASSERT_THAT(from.status(), IsOk());
    EXPECT_EQ(from->ifname, "lo");
    EXPECT_EQ(from->ifindex, own->ifindex);
    EXPECT_EQ(from->protocol, kEthPIp);
    if (absl::StrContains(received->data, payload)) break;
  }
}

// This is for families for which the tests have no peer. It expects only that
// an unbound socket's name is of the kind that belongs to the protocol.
template <typename Kind>
void ExpectOwnKind(const Kind& any, SocketType type, Protocol protocol,
                   Platform& platform) {
  absl::StatusOr<Socket> socket = SocketFor(any, type, protocol, platform);
  if (!socket.ok()) GTEST_SKIP() << socket.status();
  const absl::StatusOr<SocketAddress> name = socket->GetSockName();
  if (!name.ok()) GTEST_SKIP() << name.status();
  const absl::StatusOr<FamilyAddress> read =
      FamilyAddressOf(*name, protocol, &platform);
  ASSERT_THAT(read.status(), IsOk());
  EXPECT_TRUE(std::holds_alternative<Kind>(*read)) << read->index();
}

TEST_P(FamilyContract, VsockSocket) {
  ExpectOwnKind(VsockAddress(), kSockStream, 0, platform());
}
TEST_P(FamilyContract, CanRawSocket) {
  ExpectOwnKind(CanAddress(), kSockRaw, 1, platform());
}
TEST_P(FamilyContract, CanIsotpSocket) {
  ExpectOwnKind(CanIsotpAddress(), kSockDgram, 6, platform());
}
TEST_P(FamilyContract, CanJ1939Socket) {
  ExpectOwnKind(CanJ1939Address(), kSockDgram, 7, platform());
}
TEST_P(FamilyContract, L2capSocket) {
  ExpectOwnKind(L2capAddress(), kSockSeqpacket, 0, platform());
}
TEST_P(FamilyContract, RfcommSocket) {
  ExpectOwnKind(RfcommAddress(), kSockStream, 3, platform());
}
TEST_P(FamilyContract, ScoSocket) {
  ExpectOwnKind(ScoAddress(), kSockSeqpacket, 2, platform());
}
TEST_P(FamilyContract, HciSocket) {
  ExpectOwnKind(HciAddress(), kSockRaw, 1, platform());
}
TEST_P(FamilyContract, TipcSocket) {
  ExpectOwnKind(TipcAddress(), kSockRdm, 0, platform());
}
TEST_P(FamilyContract, QipcrtrSocket) {
  ExpectOwnKind(QipcrtrAddress(), kSockDgram, 0, platform());
}
TEST_P(FamilyContract, HypervSocket) {
  ExpectOwnKind(HypervAddress(), kSockStream, 1, platform());
}
TEST_P(FamilyContract, SystemSocket) {
  ExpectOwnKind(SystemAddress(), kSockDgram, 2, platform());
}
TEST_P(FamilyContract, AlgSocketHashes) {
  const AlgAddress sha256 = {"hash", "sha256"};
  absl::StatusOr<Socket> socket =
      SocketFor(sha256, kSockSeqpacket, 0, platform());
  if (!socket.ok()) GTEST_SKIP() << "no AF_ALG: " << socket.status();
  ASSERT_THAT(socket->Bind(sha256), IsOk());
  absl::StatusOr<AcceptResult> operation = socket->Accept();
  ASSERT_THAT(operation.status(), IsOk());
  ASSERT_THAT(operation->socket.SendAll("abc"), IsOk());
  const absl::StatusOr<std::string> digest = operation->socket.Recv(64);
  ASSERT_THAT(digest.status(), IsOk());
  // FIPS 180-4 has this digest in its first example.
  EXPECT_EQ(digest->substr(0, 4), "\xba\x78\x16\xbf");
  EXPECT_EQ(digest->size(), 32u);
}

}  // namespace
}  // namespace contract
}  // namespace mortise
