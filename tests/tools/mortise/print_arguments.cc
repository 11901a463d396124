// Prints the words of its command line as the program `mortise` gets them, each
// in brackets.

#include <string>

#include "absl/strings/str_cat.h"
#include "mortise/tools/mortise/arguments.h"
#include "mortise/tools/mortise/standard_streams.h"

int main(int argc, char** argv) {
  mortise::program::PrepareStandardStreams();
  std::string text;
  for (const std::string& word : mortise::program::Arguments(argc, argv)) {
    absl::StrAppend(&text, "[", word, "]");
  }
  return mortise::program::WriteStandardOutput(text).ok() ? 0 : 1;
}
