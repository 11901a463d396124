// The number by which the operating system names a socket or a file.

#ifndef MORTISE_PLATFORM_NATIVE_HANDLE_H_
#define MORTISE_PLATFORM_NATIVE_HANDLE_H_

#include <cstdint>
#include <iosfwd>
#include <limits>
#include <string>
#include <type_traits>

namespace mortise {

// A value type. It does not own the socket or file: copying a NativeHandle
// copies only the number. When the socket is closed, the OS may give its number
// to another one. Const methods are thread-safe. Nothing here blocks or fails.
class NativeHandle {
 public:
  // The invalid handle.
  constexpr NativeHandle() = default;

  // Wraps a POSIX descriptor, a Windows SOCKET, or a Windows HANDLE that has
  // been cast to std::intptr_t. The invalid values, which are -1,
  // INVALID_SOCKET and INVALID_HANDLE_VALUE (-1), become the invalid handle.
  // INVALID_SOCKET is the largest number of an unsigned type of 32 or 64 bits.
  // Any other number is kept, even if it is negative. SocketCalls::IsHandle and
  // FileCalls::IsHandle tell whether the OS can have such a number.
  template <typename Integer,
            std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  constexpr explicit NativeHandle(Integer value)
      : value_(IsInvalidSocket(value) ? kInvalid
                                      : static_cast<std::int64_t>(value)) {}

  // False for the invalid handle only.
  constexpr bool valid() const { return value_ != kInvalid; }

  // The number that the OS uses; -1 for the invalid handle.
  constexpr std::int64_t value() const { return value_; }

  friend constexpr bool operator==(NativeHandle a, NativeHandle b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(NativeHandle a, NativeHandle b) {
    return !(a == b);
  }

  // Prints `value()`, for absl::StrCat and for streams. Abseil before 20230125
  // does not support AbslStringify.
  template <typename Sink>
  friend void AbslStringify(Sink& sink, NativeHandle handle) {
    sink.Append(std::to_string(handle.value_));
  }
  template <typename Traits>
  friend std::basic_ostream<char, Traits>& operator<<(
      std::basic_ostream<char, Traits>& out, NativeHandle handle) {
    return out << handle.value_;
  }

 private:
  static constexpr std::int64_t kInvalid = -1;

  template <typename Integer>
  static constexpr bool IsInvalidSocket(Integer value) {
    return std::is_unsigned_v<Integer> &&
           sizeof(Integer) >= sizeof(std::uint32_t) &&
           value == std::numeric_limits<Integer>::max();
  }

  std::int64_t value_ = kInvalid;
};

}  // namespace mortise

#endif  // MORTISE_PLATFORM_NATIVE_HANDLE_H_
