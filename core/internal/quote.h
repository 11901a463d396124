// Somebody else's text inside an error message or an address: a caller's, a
// peer's, a resolver's. None of it may break the line, move a terminal's cursor
// or turn the direction of writing.
//
// "Cannot be shown" is, in all of this header, what is no well-formed UTF-8,
// the control characters (Unicode's category Cc, so C1 too), the ends of lines
// and paragraphs (U+2028, U+2029) and the controls of the direction of writing
// (Unicode's property Bidi_Control).

#ifndef MORTISE_CORE_INTERNAL_QUOTE_H_
#define MORTISE_CORE_INTERNAL_QUOTE_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

// `text` in double quotes, with quotes, backslashes and what cannot be shown
// escaped as in C, in hexadecimal. Of a long text the beginning stands there,
// and how long it was.
ABSL_ATTRIBUTE_COLD std::string Quote(absl::string_view text);

// The name of something that a message is about: `text` as it is, or Quote of
// it if any of it cannot be shown.
ABSL_ATTRIBUTE_COLD std::string Shown(absl::string_view text);

// A whole message: what cannot be shown escaped as in C, all else as it is.
ABSL_ATTRIBUTE_COLD std::string OneLine(absl::string_view message);

// Quotes, backslashes and what cannot be shown escaped as in C, in octal.
// absl::CUnescape reads it back, whatever stands behind it.
std::string Escape(absl::string_view text);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_QUOTE_H_
