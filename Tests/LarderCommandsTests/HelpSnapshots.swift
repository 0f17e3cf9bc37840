/// Help pages as they are meant to read. A change of the table that changes a page is seen here.
let helpSnapshots: [(line: String, page: String)] = [
  (
    "-h",
    #"""
    larder – Keeps results of expensive computations on disk and finds them again

    Usage: larder [OPTION…] COMMAND …

    Commands:
      init      Make a cache with choices of your own
      put       Store standard input, a file or a directory, and print its key
      get       Write an artifact to standard output, a file or a directory
      has       Ask whether artifacts are there
      key       Print the key of a call without touching a cache
      ls        List entries
      show      Show one entry whole
      diff      Show what differs between two calls
      status    Show what the cache holds and what it saved
      verify    Compare the cache with what it should be, and repair it
      health    Say whether the cache is well, for a monitor
      selftest  Try out whether a cache would keep its promises here
      remove    Remove entries by key
      clear     Remove a selection of entries
      dir       Print the directory of the cache, whether there is one or not
      config    Show every setting with its origin, and what the cache runs on
      help      Explain a command

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others
          --no-cache       Find nothing and store nothing, as if there were no cache
          --refresh        Find nothing, but store: old entries are replaced
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it
          --read-only      Change nothing in the cache, not even counters
      -n, --dry-run        Say what would be done, and do not do it
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC
      -q, --quiet          Say nothing but errors
      -v, --verbose        Say more
          --no-progress    Draw no progress bar, also on a terminal
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    'larder help COMMAND' says more about one.

    """#
  ),
  (
    "help",
    #"""
    larder – Keeps results of expensive computations on disk and finds them again

    Usage: larder [OPTION…] COMMAND …

    Commands:
      init      Make a cache with choices of your own
      put       Store standard input, a file or a directory, and print its key
      get       Write an artifact to standard output, a file or a directory
      has       Ask whether artifacts are there
      key       Print the key of a call without touching a cache
      ls        List entries
      show      Show one entry whole
      diff      Show what differs between two calls
      status    Show what the cache holds and what it saved
      verify    Compare the cache with what it should be, and repair it
      health    Say whether the cache is well, for a monitor
      selftest  Try out whether a cache would keep its promises here
      remove    Remove entries by key
      clear     Remove a selection of entries
      dir       Print the directory of the cache, whether there is one or not
      config    Show every setting with its origin, and what the cache runs on
      help      Explain a command

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Environment:
      LARDER_DIR          as --dir
      LARDER_NAMESPACE    as --namespace
      LARDER_NO_CACHE     0 or 1, as --no-cache
      LARDER_REFRESH      0 or 1, as --refresh
      LARDER_WAIT         as --wait
      LARDER_READ_ONLY    0 or 1, as --read-only
      LARDER_DRY_RUN      0 or 1, as --dry-run
      LARDER_YES          0 or 1, as --yes
      LARDER_JSON         0 or 1, as --json
      LARDER_QUIET        0 or 1, as --quiet
      LARDER_VERBOSE      0 or 1, as --verbose
      LARDER_NO_PROGRESS  0 or 1, as --no-progress
      LARDER_INDEX        as --index
      LARDER_ENCODING     as --encoding
      LARDER_DURABILITY   as --durability
      LARDER_MEMO         Where the digests of input files are remembered
      LARDER_PEPPER       The secret that secret arguments are hashed with
      LARDER_NETWORK      0 or 1: the cache may lie on a network file system

    Exit status:
      0   done
      1   the answer is no
      4   problems remain
      64  the command line is wrong
      65  input data is wrong
      66  no cache there
      69  the index cannot be reached
      73  cannot be created
      74  input/output error or full disk
      75  busy
      77  refused: permissions
      78  a setting is wrong

    'larder help COMMAND' says more about one.

    """#
  ),
  (
    "init --help",
    #"""
    larder init – Make a cache with choices of your own

    Usage: larder init [OPTION…]

    Other commands that write make a cache with the defaults, so this one is needed
    only to choose. The choices are kept in the cache and hold for everybody who
    uses it.

    Where the user has none yet, it also makes the pepper that secret arguments are
    hashed with, and says so.

    Options:
          --index URL         Where entries are kept: sqlite: [LARDER_INDEX]
          --encoding NAME     How to store blobs: zstd, lz4 or raw [LARDER_ENCODING]
          --durability LEVEL  fast: a power cut may lose the newest entries;
                              durable: it loses none [LARDER_DURABILITY]
          --max-size SIZE     The most it may hold, such as 20GiB, and 0 for no
                              limit; 10GiB without it

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   done
      64  the command line is wrong
      73  the cache cannot be made there, or there is one already
      78  a setting is wrong

    Examples:
      larder init
          with the defaults, in the default directory
      larder init --dir results.larder --durability durable
          a cache that survives a power cut whole
      larder init --max-size 200GiB
          room for more than the 10 GiB that a cache has by default

    """#
  ),
  (
    "put -h",
    #"""
    larder put – Store standard input, a file or a directory, and print its key

    Usage: larder put [OPTION…] KEY
           larder put [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…

    Options:
      -i, --input PATH     The file or directory to store; without it, or with -,
                           standard input
          --ttl DURATION   Forget it after this time: 250ms, 10s, 5m, 2h, 7d
          --tag TAG        Mark it, to find it again
          --cost DURATION  What it took to compute: the time that each later use
                           saves
          --if-absent      Keep what is there already
          --encoding NAME  How to store blobs: zstd, lz4 or raw

    Naming a call:
      -f, --function NAME[@VERSION]
                                What computes it, split at the last @
          --function-version TEXT
                                The version, for a NAME that holds an @ itself
          --arg NAME=JSON       An argument: 1 is an integer, 1.0 a double, "a" a
                                text
          --text NAME=TEXT      An argument that is this text
          --file NAME=PATH      An argument that is the content of this file
          --tree NAME=DIR       An argument that is the content of this directory
          --env NAME            Add this environment variable to the key
          --portable            Leave operating system and processor out of the key

    'larder help put' says more.

    """#
  ),
  (
    "put --help",
    #"""
    larder put – Store standard input, a file or a directory, and print its key

    Usage: larder put [OPTION…] KEY
           larder put [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…

    What is stored lies under a KEY, or under the key of a call: a function and its
    arguments. The key is printed when everything is stored, and not before.

    Options:
      -i, --input PATH     The file or directory to store; without it, or with -,
                           standard input
          --ttl DURATION   Forget it after this time: 250ms, 10s, 5m, 2h, 7d
          --tag TAG        Mark it, to find it again
          --cost DURATION  What it took to compute: the time that each later use
                           saves
          --if-absent      Keep what is there already
          --encoding NAME  How to store blobs: zstd, lz4 or raw [LARDER_ENCODING]

    Naming a call:
      -f, --function NAME[@VERSION]
                                What computes it, split at the last @
          --function-version TEXT
                                The version, for a NAME that holds an @ itself
          --arg NAME=JSON       An argument: 1 is an integer, 1.0 a double, "a" a
                                text
          --text NAME=TEXT      An argument that is this text
          --file NAME=PATH      An argument that is the content of this file
          --tree NAME=DIR       An argument that is the content of this directory
          --env NAME            Add this environment variable to the key
          --portable            Leave operating system and processor out of the key

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   done
      64  the command line is wrong
      65  an argument or the input cannot be stored
      73  there is no cache and none can be made
      74  reading or writing failed, or the disk is full
      78  a setting is wrong

    Examples:
      make-report | larder put --function report@2 --arg year=2026
          store the output of a command
      larder put --function train --file data=rows.csv --input model/
          store a directory

    """#
  ),
  (
    "get -h",
    #"""
    larder get – Write an artifact to standard output, a file or a directory

    Usage: larder get [OPTION…] KEY
           larder get [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…

    Options:
      -o, --output PATH  Write it there; a directory needs this. - is standard
                         output

    Naming a call:
      -f, --function NAME[@VERSION]
                                What computes it, split at the last @
          --function-version TEXT
                                The version, for a NAME that holds an @ itself
          --arg NAME=JSON       An argument: 1 is an integer, 1.0 a double, "a" a
                                text
          --text NAME=TEXT      An argument that is this text
          --file NAME=PATH      An argument that is the content of this file
          --tree NAME=DIR       An argument that is the content of this directory
          --env NAME            Add this environment variable to the key
          --portable            Leave operating system and processor out of the key

    'larder help get' says more.

    """#
  ),
  (
    "has -h",
    #"""
    larder has – Ask whether artifacts are there

    Usage: larder has [OPTION…] KEY…
           larder has [OPTION…] --keys-from FILE
           larder has [OPTION…] --function NAME[@VERSION] [--arg NAME=JSON]…

    Options:
          --keys-from FILE  Read keys from FILE, one on a line; - is standard input

    Naming a call:
      -f, --function NAME[@VERSION]
                                What computes it, split at the last @
          --function-version TEXT
                                The version, for a NAME that holds an @ itself
          --arg NAME=JSON       An argument: 1 is an integer, 1.0 a double, "a" a
                                text
          --text NAME=TEXT      An argument that is this text
          --file NAME=PATH      An argument that is the content of this file
          --tree NAME=DIR       An argument that is the content of this directory
          --env NAME            Add this environment variable to the key
          --portable            Leave operating system and processor out of the key

    'larder help has' says more.

    """#
  ),
  (
    "key -h",
    #"""
    larder key – Print the key of a call without touching a cache

    Usage: larder key --function NAME[@VERSION] [--arg NAME=JSON]…

    Options:
          --document  Print the document that is hashed, in hexadecimal, instead of
                      the key

    Naming a call:
      -f, --function NAME[@VERSION]
                                What computes it, split at the last @
          --function-version TEXT
                                The version, for a NAME that holds an @ itself
          --arg NAME=JSON       An argument: 1 is an integer, 1.0 a double, "a" a
                                text
          --text NAME=TEXT      An argument that is this text
          --file NAME=PATH      An argument that is the content of this file
          --tree NAME=DIR       An argument that is the content of this directory
          --env NAME            Add this environment variable to the key
          --portable            Leave operating system and processor out of the key

    'larder help key' says more.

    """#
  ),
  (
    "ls --help",
    #"""
    larder ls – List entries

    Usage: larder ls [OPTION…]

    Options:
      -f, --function GLOB  Only functions whose names fit: * any characters, ? one,
                           [a-z] a set
          --arg NAME=JSON  Only calls with this argument
          --tag TAG        Only entries with this tag; given twice, with both
          --sort ORDER     cost, size, age or score; the most costly, largest,
                           oldest or most valuable first
          --limit COUNT    At most so many
          --expired        Only those whose time is up
          --superseded     Only those of another version than the one of their
                           function that was stored last

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   done
      1   nothing fits
      64  the command line is wrong
      66  there is no cache
      78  a setting is wrong

    Examples:
      larder ls --function 'train/*' --sort cost --limit 10
          what would take longest to compute again
      larder ls --superseded --sort size
          what older versions of functions left behind
      larder ls --json
          one JSON object on each line

    """#
  ),
  (
    "show -h",
    #"""
    larder show – Show one entry whole

    Usage: larder show [OPTION…] KEY

    'larder help show' says more.

    """#
  ),
  (
    "diff --help",
    #"""
    larder diff – Show what differs between two calls

    Usage: larder diff [OPTION…] KEY KEY

    Function, version, namespace, arguments and environment are compared; where both
    values of an argument were kept, the place in it is named. With --values so are
    the artifacts: digest and size, and of directories each file.

    A KEY may be the first 8 or more digits where only one key begins with them.

    Options:
          --values  Compare the artifacts too; of directories each file

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   they are equal
      1   they differ
      64  the command line is wrong
      65  no entry has one of the keys, or several begin so
      66  there is no cache
      69  the index cannot be read
      78  a setting is wrong

    Examples:
      larder diff 9f3c1e04 41ab77c0
          why are these two calls not one?
      larder diff --values 9f3c1e04 41ab77c0
          did it change the result?

    """#
  ),
  (
    "status -h",
    #"""
    larder status – Show what the cache holds and what it saved

    Usage: larder status [OPTION…]

    Options:
          --since DURATION  Count from the day (UTC) that was 2h, 7d, … ago
      -f, --function GLOB   Only functions whose names fit: * any characters, ? one,
                            [a-z] a set

    'larder help status' says more.

    """#
  ),
  (
    "verify --help",
    #"""
    larder verify – Compare the cache with what it should be, and repair it

    Usage: larder verify [OPTION…]
           larder verify --repair [--delete] [OPTION…]

    Every entry, every blob and the index are checked, beside any number of readers
    and writers. Without --repair nothing is mended, and all that is written is a
    note in the index of what was verified when; --read-only keeps it from that too,
    and a cache that may only be read is verified all the same.

    A repair removes entries that cannot be served, so that they are computed again,
    and moves files that no entry can use to the directory 'quarantine' of the
    cache, each with a file beside it that says why; space is given back when that
    is emptied. Files that Larder did not make are named and never touched; they are
    no problem.

    A run with --max-duration goes on with what was verified longest ago, so that
    short runs reach everything in turn; 'larder status' says how far they are. With
    --quiet there is a report only when there are problems, and with --verbose it
    names the first 1,000 of each kind. A repair is made when everything was looked
    at, and what it will do --dry-run says before. An interrupted run leaves no lock
    and nothing half done behind.

    Options:
          --quick               Compare names and sizes with the index, without
                                reading blobs
          --max-duration DURATION
                                Begin nothing more after this time; the next such
                                run goes on there
          --repair              Mend what is found; files go to the directory
                                'quarantine'
          --delete              With --repair: delete files instead of moving them
          --jobs COUNT          Read so many at the same time; one for each
                                processor, at most 4, without it
          --exit-code           End with 1 when any problem was found, also when all
                                are mended

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   no problems, or all of them are mended
      1   with --exit-code: problems were found
      4   problems remain
      64  the command line is wrong
      66  there is no cache
      69  the index is not there, or cannot be opened
      74  reading or writing failed, the disk is full, or others have a cache open
          whose index is damaged
      75  the index was held by others for too long
      77  the permissions forbid it
      78  a setting is wrong

    Examples:
      larder verify
          look, and mend nothing
      larder verify --repair --dry-run
          say what a repair would do
      larder verify --repair --max-duration 10m --quiet
          each night a part, with a word only when there is a problem

    """#
  ),
  (
    "health -h",
    #"""
    larder health – Say whether the cache is well, for a monitor

    Usage: larder health [OPTION…]

    Thresholds:
          --max-fill PERCENT    Fail above this part of the limit; 110 without it
          --min-free SIZE       Fail below this free space of the disk; 1GiB without
                                it
          --max-verified-age DURATION
                                Warn when a part was verified longer ago, fail at
                                twice that; 30d without it
          --max-damaged COUNT   Fail above so many misses of what is damaged or
                                gone; 10 without it
          --max-failures COUNT  Fail above so many failures that were kept from
                                jobs; 10 without it
          --max-residue SIZE    Fail above this size of the quarantine and of what
                                was left; 1GiB without it
          --period DURATION     Count misses and failures of so long; 7d without it
          --strict              A warning is a problem too

    'larder help health' says more.

    """#
  ),
  (
    "selftest -h",
    #"""
    larder selftest – Try out whether a cache would keep its promises here

    Usage: larder selftest [OPTION…]

    'larder help selftest' says more.

    """#
  ),
  (
    "remove --help",
    #"""
    larder remove – Remove entries by key

    Usage: larder remove [OPTION…] KEY…
           larder remove [OPTION…] --keys-from FILE

    Keys are given whole, so that a slip of the hand does not remove another entry.

    Options:
          --keys-from FILE  Read keys from FILE, one on a line; - is standard input

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   done
      1   one of them was not there
      64  the command line is wrong
      65  a line of FILE is no key
      66  there is no cache
      78  a setting is wrong

    Examples:
      larder remove --dry-run --keys-from old.txt
          say what would be removed

    """#
  ),
  (
    "clear -h",
    #"""
    larder clear – Remove a selection of entries

    Usage: larder clear [OPTION…] SELECTION
           larder clear --all [--namespace NS] --yes

    Selection:
      -f, --function GLOB  Only functions whose names fit: * any characters, ? one,
                           [a-z] a set
          --arg NAME=JSON  Only calls with this argument
          --tag TAG        Only entries with this tag; given twice, with both
          --all            Everything, or everything in the namespace

    'larder help clear' says more.

    """#
  ),
  (
    "dir -h",
    #"""
    larder dir – Print the directory of the cache, whether there is one or not

    Usage: larder dir [OPTION…]

    'larder help dir' says more.

    """#
  ),
  (
    "config -h",
    #"""
    larder config – Show every setting with its origin, and what the cache runs on

    Usage: larder config [OPTION…]

    'larder help config' says more.

    """#
  ),
  (
    "help help",
    #"""
    larder help – Explain a command

    Usage: larder help [COMMAND]

    Options for every command:
      -d, --dir DIR        The cache's directory; without it the one that 'larder
                           dir' prints [LARDER_DIR]
          --namespace NS   Keep the keys of this project or tenant apart from all
                           others [LARDER_NAMESPACE]
          --no-cache       Find nothing and store nothing, as if there were no cache
                           [LARDER_NO_CACHE]
          --refresh        Find nothing, but store: old entries are replaced
                           [LARDER_REFRESH]
          --wait DURATION  Wait so long for other processes before giving up; 30s
                           without it [LARDER_WAIT]
          --read-only      Change nothing in the cache, not even counters
                           [LARDER_READ_ONLY]
      -n, --dry-run        Say what would be done, and do not do it [LARDER_DRY_RUN]
      -y, --yes            Do not ask before everything is removed: the answer is
                           yes [LARDER_YES]
          --json           Write answers as JSON: sizes in bytes, times in seconds,
                           dates in UTC [LARDER_JSON]
      -q, --quiet          Say nothing but errors [LARDER_QUIET]
      -v, --verbose        Say more [LARDER_VERBOSE]
          --no-progress    Draw no progress bar, also on a terminal
                           [LARDER_NO_PROGRESS]
          --version        Print the version and end
      -h, --help           Help: -h a short page, --help the whole one

    Exit status:
      0   done
      64  the command line is wrong
      78  a setting is wrong

    Examples:
      larder help put
          the same as larder put --help

    """#
  ),
]
