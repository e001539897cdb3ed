// The threads on which gRPC runs callbacks, of clients and servers alike.
#ifndef SPECRELAY_PROTO_SUPPORT_CALLBACK_THREADS_H_
#define SPECRELAY_PROTO_SUPPORT_CALLBACK_THREADS_H_

namespace specrelay {

// Starts gRPC's callback threads and keeps them for the life of the process. Works around three properties of
// gRPC 1.51:
// - The last channel or server that uses the threads ends them by joining them in its destructor. A stream whose end
//   drops its channel does that on one of these very threads, and the process crashes.
// - A thread to which nothing happened for a second sleeps 100 ms before it looks again. When all of them do, and there
//   are two on a small machine, whatever comes waits that long: one in fifty messages to an idle process. So one is
//   kept awake, by an empty call in 700 ms.
// - With two threads, each event ends one's wait for the next and wakes the other to wait in its place. On a machine
//   that has two, where that costs more than most events, one is parked for good, once the other has shown that it
//   works. Callbacks hence must not wait for one another.
// Idempotent, thread-safe.
void KeepCallbackThreads();

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_CALLBACK_THREADS_H_
