// Whether the environment may be obeyed. One file per OS: posix/ and winsock/.

#ifndef MORTISE_PLATFORM_TLS_ELEVATED_H_
#define MORTISE_PLATFORM_TLS_ELEVATED_H_

namespace mortise {
namespace tls {

// Whether this process has rights that the user who started it lacks, as a
// set-user-ID or set-group-ID program has, or one with file capabilities. The
// environment is that user's, so it must not choose what such a program trusts.
//
// Linux: AT_SECURE of getauxval(3), which secure_getenv(3) goes by. macOS and
// the BSDs: issetugid(2). Windows: always false, because a program there gets
// no rights from its file.
bool IsElevated();

}  // namespace tls
}  // namespace mortise

#endif  // MORTISE_PLATFORM_TLS_ELEVATED_H_
