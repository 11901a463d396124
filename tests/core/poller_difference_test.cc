// Two Pollers that are told the same must report the same: one with the
// system's poll set, and one with a set that scans. The operations are random,
// with seeds that do not change.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mortise/core/poll_result.h"
#include "mortise/core/poller.h"
#include "mortise/core/socket.h"
#include "mortise/core/socket_types.h"
#include "mortise/platform/backend.h"
#include "mortise/platform/native_handle.h"
#include "mortise/platform/poll_events.h"
#include "mortise/tests/platform/scanning_platform.h"

namespace mortise {
namespace {

constexpr PollEvents kWishes = PollEvents::kReadable | PollEvents::kWritable;

class PollerDifferenceTest : public testing::Test {
 protected:
  PollerDifferenceTest() {
    for (Platform* platform : {&Platform::Default(), &ScanningPlatform()}) {
      sides_.push_back(
          {platform, Poller::Create(platform).value(), PollResult(), {}});
    }
  }

  void Seed(unsigned seed) { random_.seed(seed); }
  int Draw(int below) { return static_cast<int>(random_() % below); }

  // One random operation.
  void Operate() {
    Slot& slot = slots_[Draw(kSlots)];
    if (slot.peer == nullptr) return Fill(slot);
    switch (Draw(10)) {
      case 0:
      case 1:
        return Register(slot);
      case 2:
      case 3:
        return Modify(slot);
      case 4:
        return Unregister(slot);
      case 5:
        slot.peer->Send("x").IgnoreError();
        return;
      case 6:
        return Draw(2) == 0 ? ReceiveAll(slot.sockets[0])
                            : ReceiveAll(*slot.peer);
      case 7:
        return SendAll(slot.sockets[0]);
      case 8:
        if (Draw(2) == 0) {
          slot.peer->Shutdown(ShutdownHow::kWrite).IgnoreError();
        } else {
          slot.peer->Close().IgnoreError();
        }
        return;
      default:
        return Draw(2) == 0 ? Move(slot) : Leave(slot);
    }
  }

  // Whether both report the same now, and only what is registered. What is
  // under way in the system may arrive between the two looks, so they have some
  // time for it.
  bool Agree() {
    for (int i = 0; i < 10000; ++i) {
      for (Side& side : sides_) Look(side);
      if (sides_[0].found == sides_[1].found) return true;
      std::this_thread::yield();
    }
    return false;
  }

  // Walks the last results again: what has left meanwhile must be passed over.
  void ExpectOnlyMembers() {
    for (Side& side : sides_) {
      for (const PollEvent& event : side.ready) {
        EXPECT_TRUE(IsMember(event.key)) << event.key;
      }
    }
  }

  void ExpectSameSize() {
    std::size_t members = 0;
    for (const Slot& slot : slots_) members += slot.is_member ? 1 : 0;
    for (Side& side : sides_) EXPECT_EQ(side.poller.size(), members);
  }

 private:
  static constexpr int kSlots = 12;

  // A connection, or a duplicate of one, and the registrations of this end.
  struct Slot {
    // Duplicates of each other, one for each poller.
    std::array<Socket, 2> sockets;
    std::shared_ptr<Socket> peer;
    // Different for each registration.
    std::uint64_t key = 0;
    bool is_member = false;
    bool is_handle = false;
    bool is_one_shot = false;
  };
  struct Side {
    Platform* platform;
    Poller poller;
    PollResult ready;
    // What has been found last, by key. One-shot registrations stay once they
    // have been reported.
    std::map<std::uint64_t, PollEvents> found;
  };

  static Socket DuplicateOf(const Socket& socket, Platform* platform) {
    Socket made = Socket::FromFd(socket.native_handle(), socket.family(),
                                 socket.type(), socket.protocol(), platform)
                      .value();
    EXPECT_TRUE(made.SetTimeout(absl::ZeroDuration()).ok());
    return made;
  }

  // Makes a connection, or a duplicate of one that is there.
  void Fill(Slot& slot) {
    const Slot& other = slots_[Draw(kSlots)];
    Socket first;
    if (other.peer != nullptr) {
      slot.peer = other.peer;
      first = DuplicateOf(other.sockets[0], sides_[0].platform);
    } else {
      std::pair<Socket, Socket> pair = SocketPair().value();
      EXPECT_TRUE(pair.first.SetTimeout(absl::ZeroDuration()).ok());
      EXPECT_TRUE(pair.second.SetTimeout(absl::ZeroDuration()).ok());
      first = std::move(pair.first);
      slot.peer = std::make_shared<Socket>(std::move(pair.second));
    }
    slot.sockets[1] = DuplicateOf(first, sides_[1].platform);
    slot.sockets[0] = std::move(first);
  }

  // Of a one-shot registration, which half of two comes first may differ.
  PollEvents DrawWish(const Slot& slot) {
    return static_cast<PollEvents>(Draw(slot.is_one_shot ? 3 : 4));
  }

  void Register(Slot& slot) {
    if (slot.is_member) return Refuse(slot);
    slot.is_member = true;
    slot.key = ++keys_;
    slot.is_handle = Draw(4) == 0;
    slot.is_one_shot = Draw(3) == 0;
    const PollEvents events = DrawWish(slot);
    const PollMode mode =
        slot.is_one_shot ? PollMode::kOneShot : PollMode::kLevel;
    ForEach(
        [&](Side& side, Socket& socket) {
          return slot.is_handle
                     ? side.poller.Register(socket.native_handle(), events,
                                            slot.key, mode)
                     : side.poller.Register(socket, events, slot.key, mode);
        },
        slot);
  }

  // Registers a member again, which changes nothing.
  void Refuse(Slot& slot) {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      EXPECT_EQ(
          sides_[i].poller.Register(slot.sockets[i], kWishes, ++keys_).code(),
          absl::StatusCode::kAlreadyExists);
    }
  }

  void Modify(Slot& slot) {
    if (!slot.is_member) return;
    const PollEvents events = DrawWish(slot);
    ForEach(
        [&](Side& side, Socket& socket) {
          side.found.erase(slot.key);
          return slot.is_handle
                     ? side.poller.Modify(socket.native_handle(), events)
                     : side.poller.Modify(socket, events);
        },
        slot);
  }

  void Unregister(Slot& slot) {
    if (!slot.is_member) return;
    slot.is_member = false;
    ForEach(
        [&](Side& side, Socket& socket) {
          side.found.erase(slot.key);
          return slot.is_handle ? side.poller.Unregister(socket.native_handle())
                                : side.poller.Unregister(socket);
        },
        slot);
  }

  // Closes this end, in one of several ways. Duplicates may live on.
  void Leave(Slot& slot) {
    if (slot.is_handle) Unregister(slot);
    const int way = Draw(3);
    ForEach(
        [&](Side& side, Socket& socket) {
          side.found.erase(slot.key);
          if (way == 0) return socket.Close();
          if (way == 1) {
            socket = Socket();
          } else {
            const NativeHandle handle = socket.Detach();
            EXPECT_TRUE(side.platform->sockets().Close(handle).ok());
          }
          return absl::OkStatus();
        },
        slot);
    slot = Slot();
  }

  // Moves a connection to a free place.
  void Move(Slot& slot) {
    for (Slot& place : slots_) {
      if (place.peer != nullptr) continue;
      place = std::exchange(slot, Slot());
      return;
    }
  }

  template <typename Call>
  void ForEach(Call call, Slot& slot) {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const absl::Status status = call(sides_[i], slot.sockets[i]);
      EXPECT_TRUE(status.ok()) << status;
    }
  }

  static void ReceiveAll(Socket& socket) {
    for (;;) {
      const absl::StatusOr<std::string> data = socket.Recv(65536);
      if (!data.ok() || data->empty()) return;
    }
  }

  static void SendAll(Socket& socket) {
    for (const std::size_t size : {65536, 1}) {
      const std::string data(size, 'x');
      while (socket.Send(data).ok()) {
      }
    }
  }

  const Slot* Find(std::uint64_t key) const {
    for (const Slot& slot : slots_) {
      if (slot.is_member && slot.key == key) return &slot;
    }
    return nullptr;
  }
  bool IsMember(std::uint64_t key) const { return Find(key) != nullptr; }

  void Look(Side& side) {
    std::map<std::uint64_t, PollEvents> found;
    for (const auto& [key, events] : side.found) {
      const Slot* const slot = Find(key);
      if (slot != nullptr && slot->is_one_shot) found[key] = events;
    }
    EXPECT_TRUE(side.poller.Wait(absl::ZeroDuration(), &side.ready).ok());
    for (const PollEvent& event : side.ready) {
      EXPECT_TRUE(IsMember(event.key)) << event.key;
      EXPECT_TRUE(found.emplace(event.key, event.events & kWishes).second)
          << event.key << " is reported again";
    }
    EXPECT_FALSE(side.ready.woken());
    side.found = std::move(found);
  }

  std::vector<Side> sides_;
  std::array<Slot, kSlots> slots_;
  std::uint64_t keys_ = 0;
  std::mt19937 random_;
};

TEST_F(PollerDifferenceTest, ThePollersAgree) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Seed(seed);
    for (int operation = 0; operation < 300; ++operation) {
      SCOPED_TRACE(testing::Message()
                   << "seed " << seed << ", operation " << operation);
      Operate();
      ExpectOnlyMembers();
      ExpectSameSize();
      // Not after each one, so that several count together.
      if (Draw(3) == 0) {
        ASSERT_TRUE(Agree());
      }
      ASSERT_FALSE(HasFailure());
    }
  }
}

}  // namespace
}  // namespace mortise
