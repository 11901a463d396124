// Ancillary data: what goes along with a message besides its bytes. Descriptors
// over AF_UNIX, the interface that a datagram came through, how many hops it
// has left. Socket::SendMsg and Socket::RecvMsg carry it, as bytes laid out the
// way the OS wants them, which this header writes and reads.
//
//   mortise::AncillaryBuilder builder;
//   absl::Status status = builder.AddDescriptors({mortise::NativeHandle(1)});
//   if (status.ok()) {
//     status = socket.SendMsg({"x"}, builder.bytes()).status();
//   }
//
//   absl::StatusOr<mortise::RecvMsgStringResult> message =
//       socket.RecvMsg(2048, 256);
//   if (!message.ok()) return message.status();
//   for (const mortise::AncillaryMessage& item : message->ancillary) {
//     if (auto info = item.AsPacketInfo()) {
//       std::cout << "came through interface " << info->interface_index;
//     }
//   }
//
// A socket gives none of it unasked, but descriptors: an option turns each kind
// on. IP_PKTINFO (IP_RECVPKTINFO on macOS) and IPV6_RECVPKTINFO (IPV6_PKTINFO
// on Windows) turn packet information on, IP_RECVTTL and IPV6_RECVHOPLIMIT
// (IPV6_HOPLIMIT on Windows) the hops, SO_PASSCRED the credentials, and
// SO_TIMESTAMP the time. What a kind is called on which system is in
// docs/porting.md.
//
// Descriptors that have been received are open in this process whether or not
// anybody looks at them. ReceivedAncillary and ReceivedDescriptors close those
// that nobody has taken. The rest of this header owns nothing.
//
// Source: RFC 3542, section 20; cmsg(3), unix(7), ip(7), ipv6(7); WSAMSG.

#ifndef MORTISE_CORE_ANCILLARY_H_
#define MORTISE_CORE_ANCILLARY_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/core/socket_address.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/native_handle.h"

namespace mortise {

class Platform;

// In all of this header, `platform` nullptr is the operating system.

// Python: CMSG_LEN, CMSG_SPACE. How many bytes a message with `length` bytes of
// data has, without and with the padding that the next one needs in front of
// it. The sum of CmsgSpace over all messages is the room for them; CmsgLen for
// the last makes sure that no more of its kind squeeze into the padding.
// kOutOfRange iff the result would be beyond 2^31 - 1 (Python: OverflowError).
// Thread-safe.
absl::StatusOr<std::size_t> CmsgLen(std::size_t length,
                                    Platform* platform = nullptr);
absl::StatusOr<std::size_t> CmsgSpace(std::size_t length,
                                      Platform* platform = nullptr);

// Of a datagram that was received: where it was sent to, which is an address of
// this machine or a group that it belongs to, and the interface it came
// through. Of one to be sent: the address and the interface that it is to leave
// from; the unspecified address and 0 leave the choice to the OS. The port of
// `address` does not count. IP_PKTINFO, IPV6_PKTINFO.
struct PacketInfo {
  SocketAddress address;
  std::uint32_t interface_index = 0;
};

// The process that sent a message over AF_UNIX, as the OS has made sure.
// SCM_CREDENTIALS; Linux alone.
struct Credentials {
  std::int64_t process_id = 0;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
};

// One piece of ancillary data. Points into the bytes that it was read from.
class AncillaryMessage {
 public:
  // The tuple (cmsg_level, cmsg_type, cmsg_data) of Python's recvmsg.
  int level() const { return level_; }
  int type() const { return type_; }
  absl::string_view data() const { return data_; }

  // What it says, for the kinds that several systems have; nullopt iff it is
  // none of that kind, or too short for it.
  std::optional<PacketInfo> AsPacketInfo() const;
  // IP_TTL, IPV6_HOPLIMIT: 0 to 255.
  std::optional<int> AsHopLimit() const;
  std::optional<Credentials> AsCredentials() const;
  // When the OS received it: SCM_TIMESTAMP, SCM_TIMESTAMPNS. POSIX alone.
  std::optional<absl::Time> AsTimestamp() const;

 private:
  friend class AncillaryMessages;

  template <typename Kind>
  std::optional<Kind> As() const;

  const Platform* platform_ = nullptr;
  int level_ = 0;
  int type_ = 0;
  absl::string_view data_;
};

// The messages in bytes that RecvMsg has filled, for a range-based for. Bytes
// that are no whole message end it: nothing is read beyond them, whatever they
// say of their length. Does not own the bytes. Thread-safe.
class AncillaryMessages {
 public:
  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = AncillaryMessage;
    using difference_type = std::ptrdiff_t;
    using pointer = const AncillaryMessage*;
    using reference = const AncillaryMessage&;

    // The end of any.
    const_iterator() = default;

    reference operator*() const { return message_; }
    pointer operator->() const { return &message_; }
    const_iterator& operator++();
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.at_end_ == b.at_end_ &&
             (a.at_end_ || a.rest_.size() == b.rest_.size());
    }
    friend bool operator!=(const const_iterator& a, const const_iterator& b) {
      return !(a == b);
    }

   private:
    friend class AncillaryMessages;

    bool at_end_ = true;
    absl::Span<const char> rest_;
    AncillaryMessage message_;
  };

  explicit AncillaryMessages(absl::Span<const char> control,
                             Platform* platform = nullptr);

  const_iterator begin() const;
  const_iterator end() const { return const_iterator(); }

 private:
  const Platform* platform_;
  absl::Span<const char> control_;
};

// Descriptors that came along with a message, and are closed unless taken.
class ReceivedDescriptors {
 public:
  ReceivedDescriptors() = default;

  // All that are in `control`, which a RecvMsg on this platform has filled,
  // and which nobody has taken them from: from any other bytes it would make
  // descriptors of somebody else, and close those.
  explicit ReceivedDescriptors(absl::Span<const char> control,
                               Platform* platform = nullptr);

  ReceivedDescriptors(ReceivedDescriptors&& other) noexcept;
  ReceivedDescriptors& operator=(ReceivedDescriptors&& other) noexcept;
  ~ReceivedDescriptors();

  bool empty() const { return handles_.empty(); }
  std::size_t size() const { return handles_.size(); }
  // Still owned here; the invalid handle iff it has been taken. `i` < size().
  NativeHandle operator[](std::size_t i) const { return handles_[i]; }

  // It, or all of them, are the caller's from now on: Socket::Adopt makes a
  // socket of one.
  NativeHandle Take(std::size_t i);
  std::vector<NativeHandle> TakeAll();

 private:
  Platform* platform_ = nullptr;
  std::vector<NativeHandle> handles_;
};

// The ancillary data of a message that RecvMsg has received into memory of its
// own, and the descriptors among it: whatever of those has not been taken is
// closed with it.
class ReceivedAncillary {
 public:
  ReceivedAncillary() = default;
  // Under the condition of ReceivedDescriptors.
  explicit ReceivedAncillary(std::string control, Platform* platform = nullptr);

  AncillaryMessages::const_iterator begin() const;
  AncillaryMessages::const_iterator end() const {
    return AncillaryMessages::const_iterator();
  }

  // As the OS laid it out.
  absl::string_view bytes() const { return bytes_; }

  // What SCM_RIGHTS brought. Empty the second time.
  ReceivedDescriptors TakeDescriptors();

 private:
  Platform* platform_ = nullptr;
  std::string bytes_;
  ReceivedDescriptors descriptors_;
};

// Lays ancillary data out for SendMsg. A message that was refused has changed
// nothing. Every Add fails with kOutOfRange iff the whole would be beyond
// 2^31 - 1 bytes.
class AncillaryBuilder {
 public:
  explicit AncillaryBuilder(Platform* platform = nullptr);

  // Python: a tuple (cmsg_level, cmsg_type, cmsg_data) of sendmsg. Any message,
  // whose data the caller has laid out.
  absl::Status Add(int level, int type, absl::string_view data);

  // Each of the others fails with kUnimplemented (IsUnsupported) iff the OS has
  // no such message.

  // SCM_RIGHTS, which go over AF_UNIX, with at least a byte where that is a
  // stream. They stay the caller's, and may be closed as soon as they are sent.
  // kInvalidArgument if one is a number that no descriptor can have. POSIX
  // alone.
  absl::Status AddDescriptors(absl::Span<const NativeHandle> descriptors);
  // IP_PKTINFO, IPV6_PKTINFO. kInvalidArgument iff the address is not IP.
  absl::Status AddPacketInfo(const PacketInfo& info);
  // IP_TTL, IPV6_HOPLIMIT: for this message alone. kInvalidArgument iff
  // `family` is not IP, kOutOfRange iff `hops` is not in 0 to 255.
  absl::Status AddHopLimit(AddressFamily family, int hops);
  // SCM_CREDENTIALS, which the OS compares with the truth.
  absl::Status AddCredentials(const Credentials& credentials);

  // Everything that has been added.
  absl::Span<const char> bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  void Clear() { bytes_.clear(); }

 private:
  Platform& platform_;
  std::string bytes_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ANCILLARY_H_
