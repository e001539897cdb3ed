// Stages for tests of the file system's edges: full and read-only disks, denied access, hostile file types. Linux only;
// not thread-safe unless said so.
#ifndef SPECRELAY_MCP_AGENT_TREE_TESTING_POSIX_TEST_SUPPORT_H_
#define SPECRELAY_MCP_AGENT_TREE_TESTING_POSIX_TEST_SUPPORT_H_

#include <cstdint>
#include <functional>
#include <string>

namespace specrelay {

// A file system in memory of its own, mounted on a directory for as long as this lives. Needs the right to mount, or to
// make a user namespace (then the whole process moves into it; it must have one thread).
class TmpfsMount {
 public:
  // `directory` is absolute and exists. `size_bytes` is rounded up to pages.
  TmpfsMount(const std::string& directory, int64_t size_bytes);
  ~TmpfsMount();
  TmpfsMount(const TmpfsMount&) = delete;
  TmpfsMount& operator=(const TmpfsMount&) = delete;

  // False when this machine does not allow mounts; then the test must be skipped.
  bool mounted() const { return mounted_; }

  void MakeReadOnly();

 private:
  const std::string directory_;
  bool mounted_ = false;
};

// Takes from the calling thread what lets root pass over file permissions, until destruction. Nothing to do for others.
class WithoutRootPowers {
 public:
  WithoutRootPowers();
  ~WithoutRootPowers();
  WithoutRootPowers(const WithoutRootPowers&) = delete;
  WithoutRootPowers& operator=(const WithoutRootPowers&) = delete;

 private:
  uint32_t effective_[2] = {};
};

// Runs `body` in a child process and returns its process id. The child ends with the code that `body` returns, without
// running destructors or exit handlers.
int ForkProcess(const std::function<int()>& body);

// Waits for a child: its exit code, or -1 when a signal ended it.
int WaitForProcess(int process_id);

// Binds a UNIX socket to `path`, however long. False when that fails.
bool MakeSocket(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TESTING_POSIX_TEST_SUPPORT_H_
