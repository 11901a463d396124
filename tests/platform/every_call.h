// Makes arguments for a call of any method of a Platform's parts, one for each
// of its parameters. every_call.inc has the list of methods.

#ifndef MORTISE_TESTS_PLATFORM_EVERY_CALL_H_
#define MORTISE_TESTS_PLATFORM_EVERY_CALL_H_

#include <cstddef>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "mortise/platform/call_limit.h"

namespace mortise {

// Returns another number each time.
inline int NextNumber() {
  static int last = 0;
  return ++last;
}

// An argument for a parameter of type T. `get` returns the argument, and `Is`
// says whether another argument is the same. Numbers are the same if they are
// equal. Pointers, references and views are the same if they refer to the same
// object.
template <typename T>
class Argument {
 public:
  T get() { return value_; }
  bool Is(T other) { return value_ == other; }

 private:
  T value_ = static_cast<T>(NextNumber());
};

template <>
class Argument<absl::Duration> {
 public:
  absl::Duration get() { return value_; }
  bool Is(absl::Duration other) { return value_ == other; }

 private:
  absl::Duration value_ = absl::Seconds(NextNumber());
};

template <>
class Argument<absl::string_view> {
 public:
  absl::string_view get() { return text_; }
  bool Is(absl::string_view other) {
    return other.data() == text_.data() && other.size() == text_.size();
  }

 private:
  std::string text_ = "text";
};

template <typename T>
class Argument<const T&> {
 public:
  const T& get() { return value_; }
  bool Is(const T& other) { return &other == &value_; }

 private:
  T value_{};
};

template <>
class Argument<const CallLimit&> {
 public:
  const CallLimit& get() { return value_; }
  // The mock only passes the time on.
  bool Is(const CallLimit& other) { return other.timeout == value_.timeout; }

 private:
  CallLimit value_ = absl::Seconds(NextNumber());
};

template <>
class Argument<std::function<void()>> {
 public:
  std::function<void()> get() {
    return [this] { ++calls_; };
  }
  // They are the same if they do the same.
  bool Is(const std::function<void()>& other) {
    const int before = calls_;
    other();
    return calls_ == before + 1;
  }

 private:
  int calls_ = 0;
};

template <typename T>
class Argument<T*> {
 public:
  T* get() { return &value_; }
  bool Is(const T* other) { return other == &value_; }

 private:
  T value_{};
};

template <typename T>
class Argument<absl::Span<T>> {
 public:
  absl::Span<T> get() { return absl::MakeSpan(values_); }
  bool Is(absl::Span<T> other) {
    return other.data() == values_ && other.size() == 3;
  }

 private:
  std::remove_const_t<T> values_[3]{};
};

// The arguments of one call.
template <typename... A>
class Arguments {
 public:
  // Calls `function` with these arguments.
  template <typename Function>
  auto PassTo(Function function) {
    return std::apply([&](auto&... each) { return function(each.get()...); },
                      arguments_);
  }

  bool Are(A... others) {
    return std::apply([&](auto&... each) { return (... && each.Is(others)); },
                      arguments_);
  }

 private:
  std::tuple<Argument<A>...> arguments_;
};

}  // namespace mortise

#endif  // MORTISE_TESTS_PLATFORM_EVERY_CALL_H_
