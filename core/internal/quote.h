// Text from outside that becomes part of an error message or an address: from a
// caller, a peer or a resolver. It must not break the line, move a terminal's
// cursor or turn the direction of writing.
//
// In this header, text that "cannot be shown" is any of these:
//   - bytes that are not well-formed UTF-8
//   - control characters (Unicode's category Cc, which includes C1)
//   - ends of lines and paragraphs (U+2028, U+2029)
//   - controls of the direction of writing (Unicode's property Bidi_Control)

#ifndef MORTISE_CORE_INTERNAL_QUOTE_H_
#define MORTISE_CORE_INTERNAL_QUOTE_H_

#include <string>

#include "absl/base/attributes.h"
#include "absl/strings/string_view.h"

namespace mortise {
namespace internal {

// Returns `text` in double quotes. Quotes, backslashes and what cannot be shown
// are escaped as in C, in hexadecimal. Of a long text only the beginning is
// returned, followed by the length of the whole.
ABSL_ATTRIBUTE_COLD std::string Quote(absl::string_view text);

// For the name of something that a message is about. Returns `text` as it is,
// or Quote(text) if any of it cannot be shown.
ABSL_ATTRIBUTE_COLD std::string Shown(absl::string_view text);

// For a whole message. Escapes what cannot be shown as in C, and leaves the
// rest as it is.
ABSL_ATTRIBUTE_COLD std::string OneLine(absl::string_view message);

// Returns `text` with quotes, backslashes and what cannot be shown escaped as
// in C, in octal. absl::CUnescape reads it back, whatever character follows an
// escape.
std::string Escape(absl::string_view text);

}  // namespace internal
}  // namespace mortise

#endif  // MORTISE_CORE_INTERNAL_QUOTE_H_
