#include "mcp_agent/tree/testing/posix_test_support.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {
namespace {

bool MountTmpfs(const std::string& directory, int64_t size_bytes) {
  return ::mount("tmpfs", directory.c_str(), "tmpfs", 0, absl::StrCat("size=", size_bytes).c_str()) == 0;
}

void WriteProcFile(const char* path, const std::string& text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (file.valid() && ::write(file.get(), text.data(), text.size()) < 0) std::perror(path);
}

// Moves the process into namespaces of its own, in which it may mount.
bool EnterNamespaces() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  WriteProcFile("/proc/self/setgroups", "deny");
  WriteProcFile("/proc/self/uid_map", absl::StrCat(user, " ", user, " 1"));
  WriteProcFile("/proc/self/gid_map", absl::StrCat(group, " ", group, " 1"));
  return true;
}

struct Capabilities {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};

  Capabilities() {
    if (::syscall(SYS_capget, &header, data) != 0) Die("capget");
  }
  void Apply() {
    if (::syscall(SYS_capset, &header, data) != 0) Die("capset");
  }
  [[noreturn]] static void Die(const char* what) {
    std::perror(what);
    std::abort();
  }
};

}  // namespace

TmpfsMount::TmpfsMount(const std::string& directory, int64_t size_bytes) : directory_(directory) {
  mounted_ = MountTmpfs(directory, size_bytes) || (EnterNamespaces() && MountTmpfs(directory, size_bytes));
}

TmpfsMount::~TmpfsMount() {
  if (mounted_) ::umount2(directory_.c_str(), MNT_DETACH);
}

void TmpfsMount::MakeReadOnly() {
  if (::mount("tmpfs", directory_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0) return;
  std::perror("remount");
  std::abort();
}

WithoutRootPowers::WithoutRootPowers() {
  Capabilities capabilities;
  for (int i = 0; i < 2; ++i) effective_[i] = capabilities.data[i].effective;
  constexpr uint32_t kPassingOverPermissions =
      (1u << CAP_DAC_OVERRIDE) | (1u << CAP_DAC_READ_SEARCH) | (1u << CAP_FOWNER);
  capabilities.data[0].effective &= ~kPassingOverPermissions;
  capabilities.Apply();
}

WithoutRootPowers::~WithoutRootPowers() {
  Capabilities capabilities;
  for (int i = 0; i < 2; ++i) capabilities.data[i].effective = effective_[i];
  capabilities.Apply();
}

int ForkProcess(const std::function<int()>& body) {
  const pid_t process_id = ::fork();
  if (process_id == 0) ::_exit(body());
  if (process_id < 0) {
    std::perror("fork");
    std::abort();
  }
  return process_id;
}

int WaitForProcess(int process_id) {
  int status = 0;
  while (::waitpid(process_id, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool MakeSocket(const std::string& path) {
  // Addresses have 108 bytes; through a descriptor of the directory any path fits.
  const size_t slash = path.rfind('/');
  const UniqueFd directory(::open(path.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const std::string name = absl::StrCat("/proc/self/fd/", directory.get(), "/", path.substr(slash + 1));
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof(address.sun_path)) return false;
  name.copy(address.sun_path, name.size());
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

}  // namespace specrelay
