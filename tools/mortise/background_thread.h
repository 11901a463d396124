// Threads that go on until the program ends.

#ifndef MORTISE_TOOLS_MORTISE_BACKGROUND_THREAD_H_
#define MORTISE_TOOLS_MORTISE_BACKGROUND_THREAD_H_

#include <functional>

namespace mortise::program {

// Runs `work` in a thread that nobody waits for. What it uses must live as long
// as the thread does. To be called by the thread of main.
void RunInBackground(std::function<void()> work);

}  // namespace mortise::program

#endif  // MORTISE_TOOLS_MORTISE_BACKGROUND_THREAD_H_
