// The functions that a test calls in a shared library with a copy of Mortise.

#ifndef MORTISE_TESTS_SHARED_LIBRARY_COPY_H_
#define MORTISE_TESTS_SHARED_LIBRARY_COPY_H_

#include <string>

namespace mortise::testing {

// Talk and LookUp return "" if they succeed, and otherwise a text that says
// what failed.
class Copy {
 public:
  // In seconds. A negative number means no timeout.
  virtual void SetDefaultTimeout(double seconds) = 0;
  virtual double GetDefaultTimeout() = 0;
  // Returns the timeout of a socket that is made now.
  virtual double GetTimeoutOfNewSocket() = 0;

  // Lets a server and a client on loopback send each other something.
  virtual std::string Talk() = 0;
  // Looks a name up with a timeout. The library needs a thread for this.
  virtual std::string LookUp() = 0;
  // Begins to look a name up, and does not wait for the answer.
  virtual void BeginLookUp() = 0;

  // Return texts of this copy: the error of a receive that would block, the
  // error of a send to a peer that has closed the connection, and the name of a
  // number of the OS.
  virtual std::string TextOfWouldBlock() = 0;
  virtual std::string TextOfBrokenPipe() = 0;
  virtual std::string NameOfFamily(int family) = 0;

  // Returns the descriptor of a new connection from which `text` can be
  // received.
  virtual int Give(const std::string& text) = 0;
  // Receives everything from a descriptor that Give returned, and closes it.
  virtual std::string Take(int descriptor) = 0;

 protected:
  ~Copy() = default;
};

}  // namespace mortise::testing

// The one function of such a library. The returned object lives as long as the
// library is loaded.
extern "C" mortise::testing::Copy* GetCopyOfMortise();

#endif  // MORTISE_TESTS_SHARED_LIBRARY_COPY_H_
