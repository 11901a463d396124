// The constants of the socket interface: AF_INET, SO_REUSEADDR, EAI_NONAME and
// their kin, by name at compile time and by name or number at run time.
//
//   absl::Status status =
//       socket.SetSockOpt(mortise::kSolSocket, mortise::kSoReuseaddr, 1);
//   if (!status.ok()) return status;
//
//   std::optional<mortise::Constant> reuse_port =
//       mortise::FindConstant("SO_REUSEPORT");
//   if (reuse_port.has_value()) std::cout << reuse_port->value;  // 15
//
//   std::cout << mortise::ConstantName("AF", 2);  // AF_INET
//
// Python has them as attributes of the module: socket.SO_REUSEADDR.
//
// The C++ name follows from C's by one rule: cut at the underscores, give each
// part a capital first letter and small others, put `k` before it. SO_REUSEADDR
// is kSoReuseaddr, IPPROTO_IPV6 is kIpprotoIpv6, AF_DECnet is kAfDecnet. No
// macro of an OS has such a name, so this header can be included before or
// after any other, and it includes none of the OS's own.
//
// A name that the OS lacks is a compile error, and nothing to FindConstant: no
// constant is made up, or given another's value. A few names have a default
// value where the headers lack them; docs/constants.md lists them.
//
// A family is a set of numbers that are used in the same place, named after the
// prefix of its names: "AF", "SO", "IPPROTO", "EAI". The errors of the OS are
// "E" (ECONNREFUSED), those of Winsock "WSA" (WSAECONNREFUSED), those of
// GetHostByName "H_ERRNO" (HOST_NOT_FOUND).

#ifndef MORTISE_CORE_CONSTANTS_H_
#define MORTISE_CORE_CONSTANTS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "mortise/platform/constants/constant.h"
#include "mortise/platform/constants/native.h"

namespace mortise {

// NativeOs is the OS that the program was compiled for.
Os NativeOs();

// OsName is "linux", "macos" or "windows"; FindOs is its inverse.
absl::string_view OsName(Os os);
std::optional<Os> FindOs(absl::string_view name);

// Constants are all that an OS has, sorted by name.
//
// Those of NativeOs() have the values for the processor and the C library that
// the program was compiled for, without the names that the compiler's headers
// lacked. Those of another OS are as Mortise's table has them; for Linux, with
// the values of most processors (x86, ARM, RISC-V, s390x) and glibc.
absl::Span<const Constant> Constants(Os os = NativeOs());

// FindConstant returns the constant that C calls `name`, or nullopt if the OS
// has none.
std::optional<Constant> FindConstant(absl::string_view name,
                                     Os os = NativeOs());

// ConstantName returns C's name for `value` in a family, or "" if there is
// none. If there are several, it returns the first that ConstantNames has.
absl::string_view ConstantName(absl::string_view family, std::int64_t value,
                               Os os = NativeOs());

// ConstantNames are the constants of a family that have the value. The
// customary name comes first (AF_UNIX before AF_LOCAL), then alphabetical order
// holds.
absl::Span<const Constant* const> ConstantNames(absl::string_view family,
                                                std::int64_t value,
                                                Os os = NativeOs());

// ConstantFamily returns a whole family, in the order of its values. It is
// empty if the OS has no such family.
absl::Span<const Constant* const> ConstantFamily(absl::string_view family,
                                                 Os os = NativeOs());

// ConstantFamilies are the names of all families that an OS has, sorted.
absl::Span<const absl::string_view> ConstantFamilies(Os os = NativeOs());

}  // namespace mortise

#endif  // MORTISE_CORE_CONSTANTS_H_
