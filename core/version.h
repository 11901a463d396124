// The version of Mortise.

#ifndef MORTISE_CORE_VERSION_H_
#define MORTISE_CORE_VERSION_H_

namespace mortise {

// The version in MODULE.bazel. See https://semver.org.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace mortise

#endif  // MORTISE_CORE_VERSION_H_
