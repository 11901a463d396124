// What a test asks of a shared library that has a copy of Mortise.

#ifndef MORTISE_TESTS_SHARED_LIBRARY_COPY_H_
#define MORTISE_TESTS_SHARED_LIBRARY_COPY_H_

#include <string>

namespace mortise::testing {

// The methods that return a text return "" if all went as it should, and
// otherwise what did not.
class Copy {
 public:
  // Seconds; negative for none.
  virtual void SetDefaultTimeout(double seconds) = 0;
  virtual double GetDefaultTimeout() = 0;
  // That of a socket which is made now.
  virtual double GetTimeoutOfNewSocket() = 0;

  // A server and a client on loopback send each other something.
  virtual std::string Talk() = 0;
  // Looks a name up with a timeout, which takes a thread.
  virtual std::string LookUp() = 0;
  // Begins to look a name up, and does not wait for the answer.
  virtual void BeginLookUp() = 0;

  // What is said of a receive that would block, of a send to a peer that has
  // closed the connection, and of a number of the OS that has a name.
  virtual std::string TextOfWouldBlock() = 0;
  virtual std::string TextOfBrokenPipe() = 0;
  virtual std::string NameOfFamily(int family) = 0;

  // The descriptor of a new connection, on which `text` can be received.
  virtual int Give(const std::string& text) = 0;
  // Receives all from such a descriptor, and closes it.
  virtual std::string Take(int descriptor) = 0;

 protected:
  ~Copy() = default;
};

}  // namespace mortise::testing

// The one function of such a library. What it returns lives as long as the
// library is loaded.
extern "C" mortise::testing::Copy* GetCopyOfMortise();

#endif  // MORTISE_TESTS_SHARED_LIBRARY_COPY_H_
