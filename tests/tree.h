// Tells a test where the files of this tree are.

#ifndef MORTISE_TESTS_TREE_H_
#define MORTISE_TESTS_TREE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace mortise::testing {

// Returns the path of a file or program that the test names in its `data`, such
// as "tools/mortise/mortise". TreePath("") is the folder that has all of them.
std::string TreePath(absl::string_view path_in_tree);

}  // namespace mortise::testing

#endif  // MORTISE_TESTS_TREE_H_
