/* What the simulated client tools and the simulated cache say to each other.
 *
 * lfs talks to the cache as the real one does: by ioctl on files and directories of
 * the mount, so that rights, links, bind mounts and blocked callers are the kernel's
 * own. FUSE copies at most 16 KiB each way for such an ioctl (the size in its number).
 *
 * mount.lustre, lctl and the control command use the cache's socket:
 * DIR/FSNAME.sock, DIR being $LUSTRE_SIM_DIR or /run/lustre-sim. One request a
 * connection: a line of words, each %XX-escaped, ended by \n; the answer is
 * "ok\n" or "error ERRNO TEXT\n", then lines, then end of file.
 *
 *   mount HOST OPTIONS SUBDIR MOUNTPOINT
 *                                with an open /dev/fuse descriptor (SCM_RIGHTS) that is
 *                                mounted already; OPTIONS as given to mount(8)
 *   reach                        EAGAIN while no client reaches the cache
 *   instances HOST               the client superblocks of HOST, one
 *                                "FSNAME-INSTANCE MOUNTPOINT" a line
 *   client                       "VERSION OLD_TEXTS FIND_FAULTS": how its clients speak
 *   anything else                control words of the farm (see faults.c)
 *
 * HOST is the nodename of uname(2). All but `reach`, `instances` and `client` is for root.
 */
#ifndef LUSTRE_SIM_PROTOCOL_H
#define LUSTRE_SIM_PROTOCOL_H

#include <stdint.h>
#include <sys/ioctl.h>

#define SIM_DIR "/run/lustre-sim"

/* HSM state bits (lustre-hsm H2). */
enum {
    SIM_EXISTS = 0x01, SIM_DIRTY = 0x02, SIM_RELEASED = 0x04, SIM_ARCHIVED = 0x08,
    SIM_NORELEASE = 0x10, SIM_NOARCHIVE = 0x20, SIM_LOST = 0x40,
};

enum sim_verb { SIM_ARCHIVE = 1, SIM_RESTORE, SIM_RELEASE, SIM_REMOVE, SIM_CANCEL };

#define SIM_MAX_FILES 52 /* H30: lfs refuses more by itself with E2BIG */

/* On an open regular file. A directory, FIFO or device answers ENOTTY (H5). */
struct sim_state { uint32_t flags, archive_id; };
#define SIM_IOC_STATE _IOR('L', 1, struct sim_state)

struct sim_state_set { uint32_t set, clear, archive_id; };
#define SIM_IOC_STATE_SET _IOW('L', 2, struct sim_state_set)

/* verb 0: NOOP. moved is used while running. */
struct sim_action { uint32_t verb, running; uint64_t moved; };
#define SIM_IOC_ACTION _IOR('L', 3, struct sim_action)

#define SIM_IOC_DATA_VERSION _IOR('L', 4, uint64_t)

/* On any directory of the mount (lfs uses the mount's root): files by inode number. */
struct sim_request { uint32_t verb, archive_id, count, data_len; uint64_t ino[SIM_MAX_FILES]; };
#define SIM_IOC_REQUEST _IOW('L', 5, struct sim_request)

/* On any file or directory: which cache is this. Not this cache: ENOTTY from the kernel. */
struct sim_fsinfo { char fsname[16]; char instance[32]; char version[64]; uint32_t old_texts; uint32_t find_faults; };
#define SIM_IOC_FSINFO _IOR('L', 6, struct sim_fsinfo)

/* On an open directory, for `find`: what the MDS knows of one entry, without opening it. */
struct sim_entry { char name[256]; uint64_t ino; uint32_t mode, flags; };
#define SIM_IOC_ENTRY _IOWR('L', 7, struct sim_entry)

/* df: targets of the cache in 1 KiB blocks. kind 0 MDT, 1 OST. */
struct sim_target { uint32_t kind, index; uint64_t total_kb, used_kb, available_kb; };
struct sim_targets { uint32_t count, pad; struct sim_target target[64]; };
#define SIM_IOC_TARGETS _IOR('L', 8, struct sim_targets)

/* fid2path: names of an inode, NUL-ended one after the other, relative to the cache's root. */
struct sim_names { uint64_t ino; uint32_t length, pad; char names[8192]; };
#define SIM_IOC_NAMES _IOWR('L', 9, struct sim_names)

/* A FID is [SIM_SEQ:INODE:0x0]; lfs derives it from lstat. */
#define SIM_SEQ 0x200000401ULL

#endif
