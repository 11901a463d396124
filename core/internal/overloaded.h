// A visitor for std::visit that is made of one function per alternative. If
// none of the functions is generic, a missing alternative does not compile.
//
//   address.Visit(Overloaded{[](const HostPort& host_port) { ... },
//                            [](const UnixPath& path) { ... }, ...});

#ifndef MORTISE_CORE_INTERNAL_OVERLOADED_H_
#define MORTISE_CORE_INTERNAL_OVERLOADED_H_

namespace mortise {
namespace internal {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_OVERLOADED_H_
