"""The system calls that the sandbox allows, by their numbers on the two kinds of machine that it supports.

The golden programs and those with mistakes in `tests/corpora` together make 25 of them; a program that tries every corner of
Python, NumPy and torch, some seventy (2026-11-30, `strace`, torch 2.13, glibc 2.36). The others allow for other versions,
processors and C libraries.

A call is on the list only if it acts on nothing but its own process. What it can read beyond that is no secret: files that
Landlock allows, names and sizes of files, and what the machine is.
"""

from __future__ import annotations

import platform

# Calls from here on are newer than this list.
FIRST_UNKNOWN = 451

# name:x86_64:aarch64, from the kernel's unistd.h; `-` where a machine has no such call.
_ALLOWED = """
    # Open files and pipes. None of them is open for writing, except the pipes to the grader.
    read:0:63 readv:19:65 pread64:17:67 preadv:295:69 write:1:64 writev:20:66 lseek:8:62
    close:3:57 close_range:436:436 dup:32:23 dup2:33:- dup3:292:24 pipe:22:- pipe2:293:59

    # Names and sizes of files, which no filter can see: `import` needs them. Landlock decides which folders can be listed.
    stat:4:- fstat:5:80 lstat:6:- newfstatat:262:79 statx:332:291 access:21:- faccessat:269:48 faccessat2:439:439
    readlink:89:- readlinkat:267:78 getdents:78:- getdents64:217:61 getcwd:79:17 chdir:80:49 fchdir:81:50 umask:95:166

    # Waiting for own pipes, asyncio.
    poll:7:- ppoll:271:73 select:23:- pselect6:270:72 epoll_create:213:- epoll_create1:291:20 epoll_ctl:233:21
    epoll_wait:232:- epoll_pwait:281:22 epoll_pwait2:441:441 eventfd:284:- eventfd2:290:19

    # Own memory, within its limit: malloc, tensors, libraries that are loaded late. get_mempolicy: on which NUMA node it lies.
    munmap:11:215 mremap:25:216 mprotect:10:226 brk:12:214 madvise:28:233 msync:26:227 membarrier:324:283
    get_mempolicy:239:236

    # Who and what this process is. arch_prctl: oneDNN and MKL request the processor's matrix registers.
    getpid:39:172 getppid:110:173 gettid:186:178 getpgrp:111:- getuid:102:174 geteuid:107:175 getgid:104:176 getegid:108:177
    getresuid:118:148 getresgid:120:150 getgroups:115:158 getrusage:98:165 times:100:153 getrlimit:97:163
    set_tid_address:218:96 set_robust_list:273:99 rseq:334:293 arch_prctl:158:- exit:60:93 exit_group:231:94

    # Locks and the scheduler. The priorities are those that exist, not those of a process.
    futex:202:98 futex_waitv:449:449 sched_yield:24:124 sched_get_priority_max:146:125 sched_get_priority_min:147:126

    # The machine: its name, processors, memory and load. os.cpu_count, platform, qsort.
    uname:63:160 sysinfo:99:179 getcpu:309:168 getrandom:318:278

    # Time, and timers that signal this process.
    gettimeofday:96:169 time:201:- nanosleep:35:101 alarm:37:- getitimer:36:102 setitimer:38:103 pause:34:-
    restart_syscall:219:128

    # Own signals, and children, which it has none.
    rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136 rt_sigtimedwait:128:137
    rt_sigsuspend:130:133 sigaltstack:131:132 wait4:61:260 waitid:247:95
"""

# Allowed for some arguments: see `seccomp`.
_DECIDED_BY_ARGUMENTS = """
    open:2:- openat:257:56 ioctl:16:29 fcntl:72:25 mmap:9:222 prctl:157:167
    kill:62:129 tgkill:234:131 tkill:200:130
    prlimit64:302:261 getpriority:140:141 getpgid:121:155 getsid:124:156 sched_getaffinity:204:123 sched_getscheduler:145:120
    sched_getparam:143:121 sched_getattr:315:275 sched_rr_get_interval:148:127
    clock_gettime:228:113 clock_getres:229:114 clock_nanosleep:230:115
"""

# Said to be unknown, as on an older kernel: the C library then uses `clone` and `openat`, whose arguments a filter can see.
_HIDDEN = "clone3:435:435 openat2:437:437"

# The numbers of the architectures in a filter: AUDIT_ARCH_* in the kernel.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def allowed(machine: str) -> dict[str, int]:
    """The calls that the filter always allows. `machine` is one of ARCHITECTURES."""
    return _numbers_on(_ALLOWED, machine)


def argument_calls(machine: str) -> dict[str, int]:
    """The calls that the filter allows or refuses by their arguments."""
    return _numbers_on(_DECIDED_BY_ARGUMENTS, machine)


def hidden(machine: str) -> dict[str, int]:
    """The calls that the filter says this kernel does not have."""
    return _numbers_on(_HIDDEN, machine)


def this_machine() -> str:
    """Raises OSError on a machine without a list."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(f"the sandbox has no list of system calls for {machine}")
    return machine


def _numbers_on(table: str, machine: str) -> dict[str, int]:
    column = list(ARCHITECTURES).index(machine) + 1
    rows = [entry.split(":") for line in table.splitlines() if not line.lstrip().startswith("#") for entry in line.split()]
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}
