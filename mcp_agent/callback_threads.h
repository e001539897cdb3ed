// The threads on which gRPC runs callbacks.
#ifndef SPECRELAY_MCP_AGENT_CALLBACK_THREADS_H_
#define SPECRELAY_MCP_AGENT_CALLBACK_THREADS_H_

namespace specrelay {

// Starts gRPC's callback threads and keeps them for the life of the process. Without this they live as long as some
// channel uses them, and the last one ends them by joining them in its destructor: a stream whose end drops its channel
// does that on one of these very threads, which is undefined behaviour in gRPC 1.51. Idempotent, thread-safe.
void KeepCallbackThreads();

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_CALLBACK_THREADS_H_
