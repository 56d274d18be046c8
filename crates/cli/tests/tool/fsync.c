// A disk that fails: from the moment on that the file named by DISK_FAILS is there, nothing is made durable any more.

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int made_durable(long call, int file) {
  const char *sign = getenv("DISK_FAILS");
  if (sign && access(sign, F_OK) == 0) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(call, file);
}

int fsync(int file) { return made_durable(SYS_fsync, file); }
int fdatasync(int file) { return made_durable(SYS_fdatasync, file); }
