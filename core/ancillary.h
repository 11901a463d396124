// Ancillary data: what travels with a message besides its bytes. Examples are
// descriptors over AF_UNIX, the interface through which a datagram came, and
// its hop limit. SendMsg and RecvMsg (mortise/core/message.h) carry it as bytes
// in the OS's own layout. This header writes and reads that layout.
//
//   mortise::AncillaryBuilder builder;
//   absl::Status status = builder.AddDescriptors({mortise::NativeHandle(1)});
//   if (status.ok()) {
//     status = mortise::SendMsg(socket, {"x"}, builder.bytes()).status();
//   }
//
//   absl::StatusOr<mortise::RecvMsgStringResult> message =
//       mortise::RecvMsg(socket, 2048, 256);
//   if (!message.ok()) return message.status();
//   for (const mortise::AncillaryMessage& item : message->ancillary) {
//     if (auto info = item.AsPacketInfo()) {
//       std::cout << "came through interface " << info->interface_index;
//     }
//   }
//
// A socket delivers descriptors without being asked. An option turns on each
// other kind:
//   - packet information: IP_PKTINFO (IP_RECVPKTINFO on macOS),
//     IPV6_RECVPKTINFO (IPV6_PKTINFO on Windows)
//   - hop limit: IP_RECVTTL, IPV6_RECVHOPLIMIT (IPV6_HOPLIMIT on Windows)
//   - credentials: SO_PASSCRED
//   - time: SO_TIMESTAMP
// docs/porting.md lists the names of each kind on each system.
//
// Received descriptors are open in this process even if no code looks at them.
// ReceivedAncillary and ReceivedDescriptors own them and close those that have
// not been taken. Nothing else in this header owns descriptors.
//
// Nothing in this header blocks. Const methods are thread-safe. While a thread
// calls another method, no other thread may use the object.
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

// In this whole header, `platform` nullptr is the operating system. A platform
// must outlive the objects that are made with it.

// Python: CMSG_LEN, CMSG_SPACE. The size in bytes of a message with `length`
// bytes of data. CmsgSpace includes the padding that the next message needs
// before it. The room for several messages is the sum of their CmsgSpace. Use
// CmsgLen for the last message, so that no further message of its kind fits
// into the padding. Fails with kOutOfRange if the result would be more than
// 2^31 - 1 (Python: OverflowError). Thread-safe.
absl::StatusOr<std::size_t> CmsgLen(std::size_t length);
absl::StatusOr<std::size_t> CmsgSpace(std::size_t length);

// IP_PKTINFO, IPV6_PKTINFO. The port of `address` is ignored.
//
// In a received datagram: the address that it was sent to, which is an address
// of this machine or of a group that the socket belongs to, and the interface
// through which it came. In a datagram to send: the address and the interface
// to send it from; with the unspecified address and 0 the OS chooses.
struct PacketInfo {
  SocketAddress address;
  std::uint32_t interface_index = 0;
};

// The process that sent a message over AF_UNIX. The OS has verified it.
// SCM_CREDENTIALS; Linux only.
struct Credentials {
  std::int64_t process_id = 0;
  std::uint32_t user_id = 0;
  std::uint32_t group_id = 0;
};

// One piece of ancillary data. It points into the bytes that it was read from,
// which must outlive it.
class AncillaryMessage {
 public:
  // The tuple (cmsg_level, cmsg_type, cmsg_data) of Python's recvmsg.
  int level() const { return level_; }
  int type() const { return type_; }
  absl::string_view data() const { return data_; }

  // The meaning of a kind that several systems have. nullopt if the message is
  // not of that kind, or is too short for it.
  std::optional<PacketInfo> AsPacketInfo() const;
  // IP_TTL, IPV6_HOPLIMIT: 0 to 255 if the OS has filled the bytes.
  std::optional<int> AsHopLimit() const;
  std::optional<Credentials> AsCredentials() const;
  // When the OS received the message: SCM_TIMESTAMP, SCM_TIMESTAMPNS. POSIX
  // only.
  std::optional<absl::Time> AsTimestamp() const;

 private:
  friend class AncillaryMessages;

  template <typename Kind>
  std::optional<Kind> As() const;

  int level_ = 0;
  int type_ = 0;
  absl::string_view data_;
};

// The messages in the bytes that RecvMsg has filled, for a range-based for. The
// range ends at bytes that are not a whole message. Nothing is read beyond the
// bytes, whatever length a message claims. Does not own the bytes, which must
// outlive it. Thread-safe.
class AncillaryMessages {
 public:
  class const_iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = AncillaryMessage;
    using difference_type = std::ptrdiff_t;
    using pointer = const AncillaryMessage*;
    using reference = const AncillaryMessage&;

    // The end of any range.
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

  explicit AncillaryMessages(absl::Span<const char> control)
      : control_(control) {}

  const_iterator begin() const;
  const_iterator end() const { return const_iterator(); }

 private:
  absl::Span<const char> control_;
};

// Owns the descriptors that came with a message, and closes those that have not
// been taken. Can be moved, not copied.
class ReceivedDescriptors {
 public:
  ReceivedDescriptors() = default;

  // Owns all descriptors in `control`. `control` must have been filled by a
  // RecvMsg on this platform, and its descriptors must not have been taken
  // already. Any other bytes would name descriptors that belong to other code,
  // and the destructor would close those.
  explicit ReceivedDescriptors(absl::Span<const char> control,
                               Platform* platform = nullptr);

  // Assignment swaps the descriptors: `other` then owns those that were here.
  ReceivedDescriptors(ReceivedDescriptors&& other) noexcept;
  ReceivedDescriptors& operator=(ReceivedDescriptors&& other) noexcept;
  ~ReceivedDescriptors();

  bool empty() const { return handles_.empty(); }
  std::size_t size() const { return handles_.size(); }
  // The descriptor stays owned here. Returns the invalid handle if it has been
  // taken. `i` must be less than size().
  NativeHandle operator[](std::size_t i) const { return handles_[i]; }

  // Passes the ownership of one descriptor, or of all, to the caller. `i` must
  // be less than size(). Take returns the invalid handle if the descriptor has
  // been taken. TakeAll leaves no descriptors here; those that had been taken
  // are invalid handles in its result. Socket::Adopt makes a socket of a
  // descriptor.
  NativeHandle Take(std::size_t i);
  std::vector<NativeHandle> TakeAll();

 private:
  Platform* platform_ = nullptr;
  std::vector<NativeHandle> handles_;
};

// Owns the ancillary data of a message that RecvMsg has received, and the
// descriptors in it. The destructor closes the descriptors that have not been
// taken.
class ReceivedAncillary {
 public:
  ReceivedAncillary() = default;
  // `control` must satisfy the condition of ReceivedDescriptors.
  explicit ReceivedAncillary(std::string control, Platform* platform = nullptr);

  AncillaryMessages::const_iterator begin() const;
  AncillaryMessages::const_iterator end() const {
    return AncillaryMessages::const_iterator();
  }

  // The bytes in the OS's layout, valid as long as this object.
  absl::string_view bytes() const { return bytes_; }

  // The descriptors that SCM_RIGHTS brought. Empty when called again.
  ReceivedDescriptors TakeDescriptors();

 private:
  std::string bytes_;
  ReceivedDescriptors descriptors_;
};

// Builds the ancillary data for SendMsg. Owns its bytes. A failed Add changes
// nothing. Every Add fails with kOutOfRange if the whole would be more than
// 2^31 - 1 bytes.
class AncillaryBuilder {
 public:
  explicit AncillaryBuilder(Platform* platform = nullptr);

  // Python: a tuple (cmsg_level, cmsg_type, cmsg_data) of sendmsg. Adds any
  // message, whose data the caller has laid out.
  absl::Status Add(int level, int type, absl::string_view data);

  // Each of the following methods fails with kUnimplemented (IsUnsupported) if
  // the OS has no such message.

  // SCM_RIGHTS, over AF_UNIX only; POSIX only. On a stream, at least one byte
  // must be sent with them. The caller keeps the descriptors and may close them
  // when they have been sent. Fails with kInvalidArgument if one is a number
  // that no descriptor can have, on the platform or on the OS.
  absl::Status AddDescriptors(absl::Span<const NativeHandle> descriptors);
  // IP_PKTINFO, IPV6_PKTINFO. Fails with kInvalidArgument if the address is not
  // IP.
  absl::Status AddPacketInfo(const PacketInfo& info);
  // IP_TTL, IPV6_HOPLIMIT, for this message only. Fails with kInvalidArgument
  // if `family` is not IP, and with kOutOfRange if `hops` is not in 0 to 255.
  absl::Status AddHopLimit(AddressFamily family, int hops);
  // SCM_CREDENTIALS. The OS verifies them. Fails with kOutOfRange if the
  // process's number is negative or has more than 31 bits, which no pid_t has.
  absl::Status AddCredentials(const Credentials& credentials);

  // Everything that has been added. Valid until the next Add or Clear.
  absl::Span<const char> bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  void Clear() { bytes_.clear(); }

 private:
  Platform& platform_;
  std::string bytes_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_ANCILLARY_H_
