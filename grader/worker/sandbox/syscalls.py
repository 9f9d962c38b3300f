"""The system calls that the sandbox refuses, by their numbers on the two kinds of machine that it supports.

The list says what is denied, not what is allowed: torch, NumPy and the C library use some ninety calls that change with
their versions, while the harmful calls are fewer and stay the same. Calls that are newer than this list are refused too.
"""

from __future__ import annotations

import platform

FIRST_UNKNOWN = 451

# name:x86_64:aarch64, from the kernel's unistd.h; `-` where a machine has no such call.
_DENIED = """
    # processes and programs
    fork:57:- vfork:58:- clone:56:220 execve:59:221 execveat:322:281 unshare:272:97 setns:308:268 setsid:112:157
    setpgid:109:154
    # other processes
    ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440 process_mrelease:448:448
    kcmp:312:272 tkill:200:130 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240 pidfd_open:434:434
    pidfd_send_signal:424:424 pidfd_getfd:438:438 migrate_pages:256:238 move_pages:279:239
    # scheduling and limits
    setrlimit:160:164 setpriority:141:140 sched_setscheduler:144:119 sched_setparam:142:118 sched_setattr:314:274
    sched_setaffinity:203:122 ioprio_set:251:30 mbind:237:235 set_mempolicy:238:237 set_mempolicy_home_node:450:450
    # the network
    socket:41:198 socketpair:53:199 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242
    sendto:44:206 sendmsg:46:211 sendmmsg:307:269 recvfrom:45:207 recvmsg:47:212 recvmmsg:299:243
    # the names, sizes, owners and times of files
    creat:85:- truncate:76:45 ftruncate:77:46 fallocate:285:47 rename:82:- renameat:264:38 renameat2:316:276 link:86:-
    linkat:265:37 symlink:88:- symlinkat:266:36 unlink:87:- unlinkat:263:35 rmdir:84:- mkdir:83:- mkdirat:258:34
    mknod:133:- mknodat:259:33 chmod:90:- fchmod:91:52 fchmodat:268:53 chown:92:- fchown:93:55 lchown:94:-
    fchownat:260:54 utime:132:- utimes:235:- futimesat:261:- utimensat:280:88 setxattr:188:5 lsetxattr:189:6
    fsetxattr:190:7 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 copy_file_range:326:285 flock:73:32
    sync:162:81 syncfs:306:267
    # memory that others can have, messages
    memfd_create:319:279 memfd_secret:447:447 shmget:29:194 shmat:30:196 shmctl:31:195 shmdt:67:197 semget:64:190
    semop:65:193 semctl:66:191 semtimedop:220:192 msgget:68:186 msgsnd:69:189 msgrcv:70:188 msgctl:71:187
    mq_open:240:180 mq_unlink:241:181 mq_timedsend:242:182 mq_timedreceive:243:183 mq_notify:244:184
    mq_getsetattr:245:185 vmsplice:278:75 splice:275:76 tee:276:77
    # file systems
    mount:165:40 umount2:166:39 mount_setattr:442:442 move_mount:429:429 open_tree:428:428 fsopen:430:430
    fsconfig:431:431 fsmount:432:432 fspick:433:433 pivot_root:155:41 chroot:161:51 swapon:167:224 swapoff:168:225
    quotactl:179:60 quotactl_fd:443:443 acct:163:89 name_to_handle_at:303:264 open_by_handle_at:304:265
    inotify_init:253:- inotify_init1:294:26 inotify_add_watch:254:27 inotify_rm_watch:255:28 fanotify_init:300:262
    fanotify_mark:301:263
    # other interfaces of the kernel
    bpf:321:280 userfaultfd:323:282 perf_event_open:298:241 io_uring_setup:425:425 io_uring_enter:426:426
    io_uring_register:427:427 io_setup:206:0 io_submit:209:2 io_destroy:207:1 io_getevents:208:4 io_cancel:210:3
    io_pgetevents:333:292 keyctl:250:219 add_key:248:217 request_key:249:218 init_module:175:105 finit_module:313:273
    delete_module:176:106 kexec_load:246:104 kexec_file_load:320:294 reboot:169:142 syslog:103:116 personality:135:92
    iopl:172:- ioperm:173:- modify_ldt:154:- uselib:134:- ustat:136:- sysfs:139:- _sysctl:156:- lookup_dcookie:212:18
    nfsservctl:180:42 vhangup:153:58
    # users and rights
    setuid:105:146 setgid:106:144 setreuid:113:145 setregid:114:143 setresuid:117:147 setresgid:119:149
    setfsuid:122:151 setfsgid:123:152 setgroups:116:159 capset:126:91 seccomp:317:277 landlock_create_ruleset:444:444
    landlock_add_rule:445:445 landlock_restrict_self:446:446
    # the machine
    clock_settime:227:112 settimeofday:164:170 clock_adjtime:305:266 adjtimex:159:171 sethostname:170:161
    setdomainname:171:162
"""
_DECIDED_BY_ARGUMENTS = """
    clone3:435:435 openat2:437:437 open:2:- openat:257:56 kill:62:129 tgkill:234:131 prlimit64:302:261 mmap:9:222 prctl:157:167
    ioctl:16:29 fcntl:72:25
"""

# The numbers of the architectures in a filter: AUDIT_ARCH_* in the kernel.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def denied(machine: str) -> dict[str, int]:
    """The calls that the filter always refuses. `machine` is one of ARCHITECTURES."""
    return _numbers_on(_DENIED, machine)


def argument_calls(machine: str) -> dict[str, int]:
    """The calls that the filter refuses or allows by their arguments."""
    return _numbers_on(_DECIDED_BY_ARGUMENTS, machine)


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
