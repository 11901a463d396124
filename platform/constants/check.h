// How a table is proved by the headers of the compiler that builds it.
//
// The checking source files (linux/check_libc.cc and its kin) are generated,
// and say three things of each name. For SO_REUSEADDR:
//
//   #ifndef SO_REUSEADDR
//   MORTISE_MAY_BE_LACKING(SO_REUSEADDR)
//   #endif
//   static_assert(Same((SO_REUSEADDR)-0, kSoReuseaddr), "SO_REUSEADDR");
//   ... Lacking("SO_REUSEADDR", (SO_REUSEADDR)-0) ...
//
// A header may hold a name as a macro, as an enumerator or not at all, and
// #ifdef sees macros alone. Where there is no macro, a struct of that name is
// declared. C++ lets a struct and an enumerator share a name in one scope, and
// the enumerator then hides the struct. So the expression `(NAME)-0` is a
// subtraction, with the header's value as its result, if the name is a macro or
// an enumerator; if it is neither, it is the cast of -0 to the struct, and the
// overloads below see from its type that the headers lack the name.

#ifndef MORTISE_PLATFORM_CONSTANTS_CHECK_H_
#define MORTISE_PLATFORM_CONSTANTS_CHECK_H_

#include <type_traits>

// At global scope, where headers declare their enumerators.
#define MORTISE_MAY_BE_LACKING(name)                             \
  struct name : ::mortise::constants_internal::LackingConstant { \
    using LackingConstant::LackingConstant;                      \
  };

namespace mortise {
namespace constants_internal {

// The type of a name that is not in the headers.
struct LackingConstant {
  constexpr explicit LackingConstant(int) {}
};

// Whether the header's value is the table's, sign included: -1 is not
// 0xffffffff.
template <typename Header, typename Table>
constexpr bool Same(Header header, Table table) {
  if constexpr (std::is_base_of<LackingConstant, Header>::value) {
    return true;
  } else {
    return (header < 0) == (table < 0) &&
           static_cast<unsigned long long>(header) ==
               static_cast<unsigned long long>(table);
  }
}

// The name if the headers lack it, nullptr if they have it.
template <typename Header>
constexpr const char* Lacking(const char* name, Header) {
  return std::is_base_of<LackingConstant, Header>::value ? name : nullptr;
}

// The same, and also if the headers have another value: for names that count
// what a header set knows (AF_MAX), and so grow from one release to the next.
template <typename Header, typename Table>
constexpr const char* Differing(const char* name, Header header, Table table) {
  return Same(header, table) ? Lacking(name, header) : name;
}

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_CHECK_H_
