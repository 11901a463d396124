// The memory that is sent, and the memory that is received into.
//
//   const std::vector<unsigned char> packet = {0, 1, 2};
//   absl::StatusOr<std::size_t> sent = socket.Send(packet);
//   sent = socket.Send({packet.data(), 2});
//   std::array<std::byte, 512> room;
//   absl::StatusOr<std::size_t> size = socket.Recv(room);
//
// A function that takes a ConstBuffer or a MutableBuffer takes all of these
// without a cast:
//   - what has data() and size() and consists of char, unsigned char or
//     std::byte: std::string, std::vector, std::array, absl::Span, ...;
//   - an array of these;
//   - a pointer to these or to void and a number of bytes, {data, size}. The
//     pointer may be null only if the number is 0.
//
// A ConstBuffer is also made of text, which is sent without a NUL behind it: of
// a literal, of `const char*`, and of what converts to absl::string_view. An
// array of char is text, too. It ends before its first NUL, or with the array.
//
// Both are views. They own nothing, and what they are made of must live for as
// long as they are used. Copies are as thread-safe as that memory.

#ifndef MORTISE_CORE_BUFFER_H_
#define MORTISE_CORE_BUFFER_H_

#include <cstddef>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mortise {
namespace internal {

template <typename T>
using Bare = std::remove_cv_t<std::remove_reference_t<T>>;

template <typename T>
inline constexpr bool kIsByte =
    std::is_same_v<std::remove_cv_t<T>, char> ||
    std::is_same_v<std::remove_cv_t<T>, unsigned char> ||
    std::is_same_v<std::remove_cv_t<T>, std::byte>;

// What an array or a container consists of; void for anything else.
template <typename T, typename = void>
struct ElementOf {
  using Type = void;
};
template <typename T>
struct ElementOf<T, std::void_t<decltype(std::data(std::declval<T&>())),
                                decltype(std::size(std::declval<T&>()))>> {
  using Type = std::remove_pointer_t<decltype(std::data(std::declval<T&>()))>;
};

// Whether `T` is memory, if perhaps not of the right kind. The compiler is to
// say in a sentence what is wrong then, and not that no function matches.
template <typename T>
inline constexpr bool kIsMemory =
    !std::is_void_v<typename ElementOf<T>::Type> ||
    std::is_pointer_v<std::remove_reference_t<T>>;

template <typename T>
inline constexpr bool kIsText =
    std::is_convertible_v<const T&, absl::string_view> &&
    !std::is_null_pointer_v<T>;

template <typename T>
constexpr bool CheckMemory() {
  using Element = typename ElementOf<T>::Type;
  static_assert(!std::is_pointer_v<std::remove_reference_t<T>>,
                "a pointer does not say how many bytes there are: "
                "write {pointer, size}");
  static_assert(
      std::is_pointer_v<std::remove_reference_t<T>> || kIsByte<Element>,
      "a buffer consists of char, unsigned char or std::byte; for "
      "the bytes of another type write "
      "{reinterpret_cast<const char*>(data), size_in_bytes}");
  return kIsByte<Element>;
}

template <typename Data>
constexpr bool CheckPointer() {
  static_assert(kIsByte<Data> || std::is_void_v<Data>,
                "the size of a buffer is in bytes, so the pointer must be to "
                "char, unsigned char, std::byte or void");
  return kIsByte<Data> || std::is_void_v<Data>;
}

template <typename T>
absl::string_view BytesOf(const T& memory) {
  if constexpr (std::is_array_v<T> && kIsText<T>) {
    const void* const nul = std::memchr(memory, '\0', std::size(memory));
    return absl::string_view(
        memory, nul == nullptr ? std::size(memory)
                               : static_cast<const char*>(nul) - memory);
  } else if constexpr (kIsText<T>) {
    return memory;
  } else if constexpr (CheckMemory<const T>()) {
    return absl::string_view(reinterpret_cast<const char*>(std::data(memory)),
                             std::size(memory));
  } else {
    return absl::string_view();
  }
}

// `Memory` is const for a temporary, unless that is a view of other memory.
template <typename Memory>
absl::Span<char> RoomIn(Memory& memory) {
  using Element = typename ElementOf<Memory>::Type;
  static_assert(!std::is_const_v<Element>,
                "this cannot be received into, because it is const or a "
                "temporary: give a variable that can be written to");
  if constexpr (CheckMemory<Memory>() && !std::is_const_v<Element>) {
    return absl::Span<char>(reinterpret_cast<char*>(std::data(memory)),
                            std::size(memory));
  } else {
    return absl::Span<char>();
  }
}

}  // namespace internal

// Bytes to be sent. Python: a bytes-like object.
class ConstBuffer {
 public:
  // No bytes.
  constexpr ConstBuffer() = default;

  // What the beginning of this header lists.
  template <typename T, std::enable_if_t<!std::is_same_v<T, ConstBuffer> &&
                                             (internal::kIsText<T> ||
                                              internal::kIsMemory<const T>),
                                         int> = 0>
  ConstBuffer(const T& memory)  // NOLINT
      : bytes_(internal::BytesOf(memory)) {}

  // `size` bytes at `data`.
  template <typename T>
  ConstBuffer(const T* data, std::size_t size)
      : bytes_(static_cast<const char*>(static_cast<const void*>(data)), size) {
    static_assert(internal::CheckPointer<T>());
  }

  const char* data() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  operator absl::string_view() const { return bytes_; }  // NOLINT

 private:
  absl::string_view bytes_;
};

// Room to receive into. Python: a writable bytes-like object.
class MutableBuffer {
 public:
  // No room.
  constexpr MutableBuffer() = default;

  // What the beginning of this header lists, except for text. All of an array
  // of char is room. No NUL is put behind what is received.
  template <typename T, std::enable_if_t<
                            !std::is_same_v<internal::Bare<T>, MutableBuffer> &&
                                internal::kIsMemory<T>,
                            int> = 0>
  MutableBuffer(T&& memory)  // NOLINT
      : bytes_(internal::RoomIn<
               std::conditional_t<std::is_lvalue_reference_v<T>,
                                  std::remove_reference_t<T>, const T>>(
            memory)) {}

  // `size` bytes at `data`.
  template <typename T>
  MutableBuffer(T* data, std::size_t size)
      : bytes_(static_cast<char*>(static_cast<void*>(data)), size) {
    static_assert(internal::CheckPointer<T>());
  }

  char* data() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  operator absl::Span<char>() const { return bytes_; }  // NOLINT

 private:
  absl::Span<char> bytes_;
};

}  // namespace mortise

#endif  // MORTISE_CORE_BUFFER_H_
