// How the headers of the compiler that builds a table prove that the table is
// right.
//
// The checking source files (linux/check_libc.cc and the like) are generated.
// They say three things about each name. For SO_REUSEADDR:
//
//   #ifndef SO_REUSEADDR
//   MORTISE_MAY_BE_LACKING(SO_REUSEADDR)
//   #endif
//   static_assert(Same((SO_REUSEADDR)-0, kSoReuseaddr), "SO_REUSEADDR");
//   ... Lacking("SO_REUSEADDR", (SO_REUSEADDR)-0) ...
//
// A header may have a name as a macro, as an enumerator or not at all, and
// #ifdef sees macros only. If there is no macro, a struct with that name is
// declared. C++ lets a struct and an enumerator share a name in one scope, and
// the enumerator then hides the struct. The meaning of the expression
// `(NAME)-0` therefore tells what the name is:
//   - If the name is a macro or an enumerator, the expression is a subtraction.
//     Its result is the header's value.
//   - If the name is neither, the expression casts -0 to the struct. The
//     overloads below see from the type that the headers lack the name.

#ifndef MORTISE_PLATFORM_CONSTANTS_CHECK_H_
#define MORTISE_PLATFORM_CONSTANTS_CHECK_H_

#include <type_traits>

// Used at global scope, where headers declare their enumerators.
#define MORTISE_MAY_BE_LACKING(name)                             \
  struct name : ::mortise::constants_internal::LackingConstant { \
    using LackingConstant::LackingConstant;                      \
  };

namespace mortise {
namespace constants_internal {

// The type of the expression for a name that is not in the headers.
struct LackingConstant {
  constexpr explicit LackingConstant(int) {}
};

// Returns whether the header's value is the table's, with the same sign: -1 is
// not 0xffffffff. Also true if the headers lack the name.
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

// Returns `name` if the headers lack it, nullptr if they have it.
template <typename Header>
constexpr const char* Lacking(const char* name, Header) {
  return std::is_base_of<LackingConstant, Header>::value ? name : nullptr;
}

// Returns `name` also if the headers have another value. For names that count
// what a set of headers knows (AF_MAX), whose values therefore grow from one
// release to the next.
template <typename Header, typename Table>
constexpr const char* Differing(const char* name, Header header, Table table) {
  return Same(header, table) ? Lacking(name, header) : name;
}

}  // namespace constants_internal
}  // namespace mortise

#endif  // MORTISE_PLATFORM_CONSTANTS_CHECK_H_
