// How a host of a simulation dies.

#ifndef MORTISE_PLATFORM_SIM_DEATH_H_
#define MORTISE_PLATFORM_SIM_DEATH_H_

namespace mortise {
namespace sim {

enum class Death {
  // The machine loses its power. Not one packet leaves it any more, and those
  // that arrive are lost.
  kPowerCut,
  // The programs of the host are killed, and its operating system goes on. It
  // closes their sockets: peers are sent a FIN, or a RST if data was left
  // unread. It goes on with what it has to do for closed connections, such as
  // sending lost segments again, and answers connection attempts with RST.
  kKilled,
};

}  // namespace sim
}  // namespace mortise

#endif  // MORTISE_PLATFORM_SIM_DEATH_H_
