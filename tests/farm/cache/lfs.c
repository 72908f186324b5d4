/* lfs: the command line of the simulated Lustre client.
 *
 * Verbs are looked up by their full name and parse their own options; the exit status
 * is the errno of the first failure, as in the real tool (H6).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <getopt.h>

#include "lfs.h"

static lfs_verb print_version, list_commands, print_help;

static const struct command {
    const char *name;
    lfs_verb *run;
    const char *usage;
} commands[] = {
    {"hsm_state", lfs_hsm_state, "hsm_state FILE...\n  Show the HSM state of files."},
    {"hsm_action", lfs_hsm_action, "hsm_action FILE...\n  Show what runs or waits for files."},
    {"hsm_set", lfs_hsm_set,
     "hsm_set [--norelease|--noarchive|--dirty|--exists|--archived|--lost] [--archive-id N]\n"
     "        FILE...\n  Set HSM flags on files."},
    {"hsm_clear", lfs_hsm_clear,
     "hsm_clear [--norelease|--noarchive|--dirty|--exists|--archived|--lost] FILE...\n"
     "  Clear HSM flags on files."},
    {"hsm_archive", lfs_hsm_archive,
     "hsm_archive [--filelist LIST] [--data DATA] [--archive N] [--mntpath MOUNT] FILE|FID...\n"
     "  Ask for files to be copied to the archive."},
    {"hsm_restore", lfs_hsm_restore,
     "hsm_restore [--filelist LIST] [--data DATA] [--mntpath MOUNT] FILE|FID...\n"
     "  Ask for released files to be brought back."},
    {"hsm_release", lfs_hsm_release,
     "hsm_release [--filelist LIST] [--data DATA] [--mntpath MOUNT] FILE|FID...\n"
     "  Free the space of archived files."},
    {"hsm_remove", lfs_hsm_remove,
     "hsm_remove [--filelist LIST] [--data DATA] [--archive N] [--mntpath MOUNT] FILE|FID...\n"
     "  Delete the archive's copy of files."},
    {"hsm_cancel", lfs_hsm_cancel,
     "hsm_cancel [--filelist LIST] [--data DATA] [--mntpath MOUNT] FILE|FID...\n"
     "  Cancel the action of files."},
    {"find", lfs_find,
     "find PATH... [[!] -L released|raid0] [[!] --type T] [[!] --name GLOB] [--maxdepth N]\n"
     "     [--mindepth N] [--print0|-0] [--printf FORMAT] [--threads N] [--lazy]\n"
     "  List files by what the metadata server knows. Usage of tests as in find(1)."},
    {"df", lfs_df, "df [-h|-H] [-l] [PATH...]\n  Show the space of each target of a cache."},
    {"getname", lfs_getname, "getname [-n|-i] [PATH...]\n  Show name and instance of caches."},
    {"path2fid", lfs_path2fid, "path2fid FILE...\n  Show the identity (FID) of files."},
    {"fid2path", lfs_fid2path,
     "fid2path [-0] [--print-fid] FSNAME|ROOT FID...\n  Show the names of FIDs."},
    {"data_version", lfs_data_version,
     "data_version [-n|-r|-w] FILE\n  Show the data version of a file."},
    {"--version", print_version, "--version\n  Show the version."},
    {"version", print_version, "version\n  Show the version."},
    {"--list-commands", list_commands, "--list-commands\n  List the commands."},
    {"list-commands", list_commands, "list-commands\n  List the commands."},
    {"help", print_help, "help [COMMAND]\n  Explain a command."},
    {"--help", print_help, "--help [COMMAND]\n  Explain a command."},
};

static const struct command *lookup(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int no_such_command(const char *name)
{
    fprintf(stderr, "lfs: '%s' is not a valid command. See 'lfs --list-commands'.\n", name);
    return -1;
}

static int print_version(int argc, char **argv)
{
    (void)argc, (void)argv;
    printf("lfs %s\n", client()->version);
    return 0;
}

static int list_commands(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (commands[i].name[0] != '-')
            printf("%s\n", commands[i].name);
    return 0;
}

static int print_help(int argc, char **argv)
{
    if (argc < 2) {
        printf("usage: lfs COMMAND [ARGUMENT...]\n"
               "Try 'lfs help COMMAND', or 'lfs --list-commands'.\n");
        return 0;
    }
    const struct command *command = lookup(argv[1]);
    if (!command) {
        no_such_command(argv[1]);
        return 0;
    }
    printf("%s: %s\n", command->name, command->usage);
    return 0;
}

int main(int argc, char **argv)
{
    /* The real one writes line by line, which shows when it is killed half way. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    opterr = 0;
    if (argc < 2)
        return print_help(1, argv);
    const struct command *command = lookup(argv[1]);
    int rc = command ? command->run(argc - 1, argv + 1) : no_such_command(argv[1]);
    if (rc == CMD_HELP)
        printf("usage: lfs %s\n", command->usage);
    return rc < 0 ? -rc : rc;
}
