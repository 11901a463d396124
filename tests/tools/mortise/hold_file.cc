// hold_file PATH
//
// Makes the file PATH, prints "made", and waits for the end of its input. It
// removes the file when it ends.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "mortise/tools/mortise/arguments.h"
#include "mortise/tools/mortise/unix_path.h"

int main(int argc, char** argv) {
  const std::string path = mortise::program::Arguments(argc, argv).at(0);
  if (!(std::ofstream(std::filesystem::u8path(path)) << "held" << std::flush)) {
    std::cerr << "cannot make " << path << std::endl;
    return 1;
  }
  const mortise::program::UnixPathRemover remover(path);
  std::cout << "made" << std::endl;
  std::cin.get();
}
