internal import LarderCommands
internal import Testing

/// A command line that is refused, with the exact message and status.
struct WrongInvocation: CustomTestStringConvertible {
  let words: [String]
  let status: Int32
  let message: String

  init(_ line: String, status: Int32 = 64, _ message: String) {
    self.init(LarderCommandsTests.words(line), status: status, message)
  }

  init(_ words: [String], status: Int32 = 64, _ message: String) {
    self.words = words
    self.status = status
    self.message = message
  }

  var testDescription: String { "larder " + words.joined(separator: " ") }
}

private func meaningless(_ option: String, _ command: String) -> String {
  "'\(command)' takes no '--\(option)': that is for run, put, get, has, config. Leave it out."
}

private let key = String(repeating: "0123456789abcdef", count: 4)

@Suite("A wrong command line says what is wrong and what to do")
struct WrongInvocationTests {
  @Test("wrong invocations end with their exact message and status, and print nothing", arguments: cases)
  func wrong(_ wrong: WrongInvocation) {
    let expected = Outcome(status: wrong.status, output: "", messages: "larder: \(wrong.message)\n")
    #expect(larder(wrong.words) == expected)
  }

  static let cases: [WrongInvocation] = commands + options + values + operands + calls + arguments

  static let commands: [WrongInvocation] = [
    WrongInvocation("exec ls", "Unknown command 'exec'. Did you mean 'run'?"),
    WrongInvocation("rnu ls", "Unknown command 'rnu'. Did you mean 'run'?"),
    WrongInvocation("run", "'run' needs COMMAND. Usage: larder run [OPTION…] [--] COMMAND [WORD…]"),
    WrongInvocation("run --", "'run' needs COMMAND. Usage: larder run [OPTION…] [--] COMMAND [WORD…]"),
    WrongInvocation("run --out", "'--out' needs a value: --out PATH."),
    WrongInvocation("run --output x true", "Unknown option '--output' for 'run'. Did you mean '--out'?"),
    WrongInvocation("run --input x true", "Unknown option '--input' for 'run'. Did you mean '--in'?"),
    WrongInvocation(
      "run --frobnicate true", "Unknown option '--frobnicate' for 'run'. 'larder help run' lists the options."),
    WrongInvocation(
      "run --timeout soon true",
      "'--timeout' is 'soon' but must be a duration such as 250ms, 10s, 5m, 2h or 7d."),
    WrongInvocation(
      "run --cache-failures= true",
      "'--cache-failures=' needs a value: --cache-failures[=TTL]. Without one leave the '=' out."),
    WrongInvocation(
      "run --cache-failures=x true",
      "'--cache-failures' is 'x' but must be a duration such as 250ms, 10s, 5m, 2h or 7d."),
    WrongInvocation("run --check --dry-run true", "'--check' and '--dry-run' exclude each other. Give one of them."),
    WrongInvocation(
      "run --env A=1 true", "'--env' is 'A=1' but must be the name of an environment variable, without its value."),
    WrongInvocation("run -f @7 true", "'--function' is '@7' but must be NAME or NAME@VERSION."),
    WrongInvocation(
      "run --color blue true", "'--color' is 'blue' but must be auto, always or never."),
    WrongInvocation("rm", "Unknown command 'rm'. Did you mean 'remove'?"),
    WrongInvocation("delete", "Unknown command 'delete'. Did you mean 'remove'?"),
    WrongInvocation("list", "Unknown command 'list'. Did you mean 'ls'?"),
    WrongInvocation("cat", "Unknown command 'cat'. Did you mean 'get'?"),
    WrongInvocation("info", "Unknown command 'info'. Did you mean 'status'?"),
    WrongInvocation("stats", "Unknown command 'stats'. Did you mean 'status'?"),
    WrongInvocation("add", "Unknown command 'add'. Did you mean 'put'?"),
    WrongInvocation("store", "Unknown command 'store'. Did you mean 'put'?"),
    WrongInvocation("fsck", "Unknown command 'fsck'. Did you mean 'verify'?"),
    WrongInvocation("doctor", "Unknown command 'doctor'. Did you mean 'verify'?"),
    WrongInvocation("check", "Unknown command 'check'. Did you mean 'verify'?"),
    WrongInvocation("settings", "Unknown command 'settings'. Did you mean 'config'?"),
    WrongInvocation("describe", "Unknown command 'describe'. Did you mean 'show'?"),
    WrongInvocation("shwo", "Unknown command 'shwo'. Did you mean 'show'?"),
    WrongInvocation("compare", "Unknown command 'compare'. Did you mean 'diff'?"),
    WrongInvocation("purge", "Unknown command 'purge'. Did you mean 'clear'?"),
    WrongInvocation("healht", "Unknown command 'healht'. Did you mean 'health'?"),
    WrongInvocation("self-test", "Unknown command 'self-test'. Did you mean 'selftest'?"),
    WrongInvocation("exists", "Unknown command 'exists'. Did you mean 'has'?"),
    WrongInvocation("create", "Unknown command 'create'. Did you mean 'init'?"),
    WrongInvocation("hash", "Unknown command 'hash'. Did you mean 'key'?"),
    WrongInvocation("where", "Unknown command 'where'. Did you mean 'dir'?"),
    WrongInvocation("statsu", "Unknown command 'statsu'. Did you mean 'status'?"),
    WrongInvocation("stauts", "Unknown command 'stauts'. Did you mean 'status'?"),
    WrongInvocation("remov", "Unknown command 'remov'. Did you mean 'remove'?"),
    WrongInvocation("rem", "Unknown command 'rem'. Did you mean 'remove'?"),
    WrongInvocation("PUT", "Unknown command 'PUT'. Did you mean 'put'?"),
    WrongInvocation("frobnicate", "Unknown command 'frobnicate'. 'larder help' lists the commands."),
    // Commands of other tools that Larder has no answer to are not led anywhere.
    WrongInvocation("gc", "Unknown command 'gc'. 'larder help' lists the commands."),
    WrongInvocation("completions bash", "Unknown command 'completions'. Did you mean 'completion'?"),
    WrongInvocation("help rm", "Unknown command 'rm'. Did you mean 'remove'?"),
    WrongInvocation("--help rm", "Unknown command 'rm'. Did you mean 'remove'?"),
    WrongInvocation([""], "Unknown command ''. 'larder help' lists the commands."),
    WrongInvocation(["\u{1B}[31m"], "Unknown command '\\x1b[31m'. 'larder help' lists the commands."),
    WrongInvocation(["a\nb"], "Unknown command 'a\\nb'. 'larder help' lists the commands."),
    WrongInvocation("--json", "No command is given. 'larder help' lists the commands."),
    WrongInvocation("-d x", "No command is given. 'larder help' lists the commands."),
    WrongInvocation("-", "Unknown command '-'. 'larder help' lists the commands."),
    WrongInvocation("-- --json", "Unknown command '--json'. 'larder help' lists the commands."),
  ]

  static let options: [WrongInvocation] = [
    WrongInvocation("put --tt 5m", "Unknown option '--tt' for 'put'. Did you mean '--ttl'?"),
    WrongInvocation("put --fnction f", "Unknown option '--fnction' for 'put'. Did you mean '--function'?"),
    WrongInvocation("put --func f", "Unknown option '--func' for 'put'. Did you mean '--function'?"),
    WrongInvocation("put --expires 5m", "Unknown option '--expires' for 'put'. Did you mean '--ttl'?"),
    WrongInvocation("put --compression lz4", "Unknown option '--compression' for 'put'. Did you mean '--encoding'?"),
    WrongInvocation("get --to x", "Unknown option '--to' for 'get'. Did you mean '--output'?"),
    WrongInvocation("ls --order cost", "Unknown option '--order' for 'ls'. Did you mean '--sort'?"),
    WrongInvocation("verify --fix", "Unknown option '--fix' for 'verify'. Did you mean '--repair'?"),
    WrongInvocation("verify --delete", "'--delete' needs '--repair': it says what a repair does with files."),
    WrongInvocation("verify --jobs 0", "'--jobs' is '0' but must be a whole number from 1 to 256."),
    WrongInvocation("verify --jobs 257", "'--jobs' is '257' but must be a whole number from 1 to 256."),
    WrongInvocation(
      "verify --max-duration 5", "'--max-duration' is '5' but must be a duration such as 250ms, 10s, 5m, 2h or 7d."),
    WrongInvocation(
      "verify --max-duration 0s", "'--max-duration' must be above zero. Leave it out to verify everything."),
    WrongInvocation("verify \(key)", "'\(key)' is one word too many for 'verify'. Usage: larder verify [OPTION…]"),
    WrongInvocation("clear", "Say what to clear: --function, --tag, --arg, or --all."),
    WrongInvocation("clear --namespace lab", "Say what to clear: --function, --tag, --arg, or --all."),
    WrongInvocation("clear --yes", "Say what to clear: --function, --tag, --arg, or --all."),
    WrongInvocation("clear --all", "Nobody can be asked here whether to remove everything. Say so with --yes."),
    WrongInvocation("clear --all -f f", "'--all' and '--function' exclude each other. Give one of them."),
    WrongInvocation("clear --all --tag t -y", "'--all' and '--tag' exclude each other. Give one of them."),
    WrongInvocation("clear --all --arg a=1 -y", "'--all' and '--arg' exclude each other. Give one of them."),
    WrongInvocation("clear --arg a=1 --arg a=2", "The argument 'a' is given twice by '--arg'. Give it once."),
    WrongInvocation("clear --everything", "Unknown option '--everything' for 'clear'. Did you mean '--all'?"),
    WrongInvocation("clear --all --no-cache -y", meaningless("no-cache", "clear")),
    WrongInvocation("--no-cache clear --all -y", meaningless("no-cache", "clear")),
    WrongInvocation("ls --no-cache", meaningless("no-cache", "ls")),
    WrongInvocation("remove \(key) --refresh", meaningless("refresh", "remove")),
    WrongInvocation(
      "clear --depends-on x", "Unknown option '--depends-on' for 'clear'. 'larder help clear' lists the options."),
    WrongInvocation(
      "clear \(key)", "'\(key)' is one word too many for 'clear'. Usage: larder clear [OPTION…] SELECTION"),
    WrongInvocation("diff --contents", "Unknown option '--contents' for 'diff'. Did you mean '--values'?"),
    WrongInvocation("ls --stale", "Unknown option '--stale' for 'ls'. Did you mean '--expired'?"),
    WrongInvocation("health --max-fill 0", "'--max-fill' is '0' but must be a whole number from 1 to 1000000."),
    WrongInvocation("health --max-damaged -1", "'--max-damaged' is '-1' but must be a whole number from 0."),
    WrongInvocation(
      "health --min-free 1GiBs",
      "'--min-free' is '1GiBs' but must be a size such as 4096, 20MB (20,000,000 bytes) or 20MiB (20,971,520 bytes)."),
    WrongInvocation("health --fill 9", "Unknown option '--fill' for 'health'. Did you mean '--max-fill'?"),
    WrongInvocation("selftest here", "'here' is one word too many for 'selftest'. Usage: larder selftest [OPTION…]"),
    WrongInvocation("ls --ttl 5m", "Unknown option '--ttl' for 'ls'. 'larder help ls' lists the options."),
    WrongInvocation("dir --xyzzy", "Unknown option '--xyzzy' for 'dir'. 'larder help dir' lists the options."),
    WrongInvocation("dir --xyzzy=1", "Unknown option '--xyzzy' for 'dir'. 'larder help dir' lists the options."),
    WrongInvocation("--cache-dir x dir", "Unknown option '--cache-dir'. Did you mean '--dir'?"),
    WrongInvocation("--no-cahce dir", "Unknown option '--no-cahce'. Did you mean '--no-cache'?"),
    WrongInvocation(
      "--ttl 5m put", "Unknown option '--ttl' before the command. The options of a command stand after its name."),
    WrongInvocation("dir --no-conifg", "Unknown option '--no-conifg' for 'dir'. Did you mean '--no-config'?"),
    WrongInvocation("dir --isolated", "Unknown option '--isolated' for 'dir'. Did you mean '--no-config'?"),
    WrongInvocation("dir --no-config=0", "'--no-config' takes no value, but is given '0'. Write it alone."),
    WrongInvocation("--xyzzy", "Unknown option '--xyzzy'. 'larder help' lists the options."),
    WrongInvocation("dir -x", "Unknown option '-x' for 'dir'. 'larder help dir' lists the options."),
    WrongInvocation("dir -qx", "Unknown option '-x' for 'dir'. 'larder help dir' lists the options."),
    WrongInvocation("dir -f g", "Unknown option '-f' for 'dir'. 'larder help dir' lists the options."),
    WrongInvocation("-V", "Unknown option '-V'. 'larder help' lists the options."),
    WrongInvocation("dir --json=1", "'--json' takes no value, but is given '1'. Write it alone."),
    WrongInvocation("put --if-absent=", "'--if-absent' takes no value, but is given ''. Write it alone."),
    WrongInvocation("dir --dir", "'--dir' needs a value: --dir DIR."),
    WrongInvocation("dir -d", "'-d' needs a value: -d DIR."),
    WrongInvocation("dir -qd", "'-d' needs a value: -d DIR."),
    WrongInvocation("put -f", "'-f' needs a value: -f NAME[@VERSION]."),
    WrongInvocation("put --arg", "'--arg' needs a value: --arg NAME=JSON."),
    WrongInvocation("dir -d a --dir b", "'--dir' is given twice, as 'a' and as 'b'. Give it once."),
    WrongInvocation("-d a dir -d a", "'--dir' is given twice, as 'a' and as 'a'. Give it once."),
    WrongInvocation("put -f a -f b", "'--function' is given twice, as 'a' and as 'b'. Give it once."),
    WrongInvocation("status --since 1h --since 2h", "'--since' is given twice, as '1h' and as '2h'. Give it once."),
    WrongInvocation("dir -q -v", "'--quiet' and '--verbose' exclude each other. Give one of them."),
    WrongInvocation("-qv dir", "'--quiet' and '--verbose' exclude each other. Give one of them."),
  ]

  static let values: [WrongInvocation] = [
    WrongInvocation(["dir", "--dir="], "'--dir' is empty. Give it a value."),
    WrongInvocation(["dir", "-d", ""], "'-d' is empty. Give it a value."),
    WrongInvocation("put \(key) --ttl 5", "'--ttl' is '5' but must be \(duration)."),
    WrongInvocation("put \(key) --ttl 5w", "'--ttl' is '5w' but must be \(duration)."),
    WrongInvocation("put \(key) --ttl -5m", "'--ttl' is '-5m' but must be \(duration)."),
    WrongInvocation("put \(key) --ttl 1.5h", "'--ttl' is '1.5h' but must be \(duration)."),
    WrongInvocation("put \(key) --ttl 106752d", "'--ttl' is '106752d' but must be \(duration)."),
    WrongInvocation("put \(key) --cost=soon", "'--cost' is 'soon' but must be \(duration)."),
    WrongInvocation(["put", key, "--tag", ""], "'--tag' is empty. Give it a value."),
    WrongInvocation(["put", key, "--input="], "'--input' is empty. Give it a value."),
    WrongInvocation("put \(key) --encoding gzip", "'--encoding' is 'gzip' but must be zstd, lz4 or raw."),
    WrongInvocation(
      "put \(key) --encoding zst", "'--encoding' is 'zst' but must be zstd, lz4 or raw. Did you mean 'zstd'?"),
    WrongInvocation("init --index json:", "'--index' is 'json:' but must be sqlite:."),
    WrongInvocation("init --index sqlite", "'--index' is 'sqlite' but must be sqlite:. Did you mean 'sqlite:'?"),
    WrongInvocation("init --durability slow", "'--durability' is 'slow' but must be fast or durable."),
    WrongInvocation(
      "init --durability durabel", "'--durability' is 'durabel' but must be fast or durable. Did you mean 'durable'?"),
    WrongInvocation(
      "ls --sort csot", "'--sort' is 'csot' but must be cost, size, age or score. Did you mean 'cost'?"),
    WrongInvocation("ls --limit 0", "'--limit' is '0' but must be a whole number from 1."),
    WrongInvocation("ls --limit -1", "'--limit' is '-1' but must be a whole number from 1."),
    WrongInvocation("ls --limit +3", "'--limit' is '+3' but must be a whole number from 1."),
    WrongInvocation("ls --limit ten", "'--limit' is 'ten' but must be a whole number from 1."),
    WrongInvocation(
      "ls --limit 9223372036854775808", "'--limit' is '9223372036854775808' but must be a whole number from 1."),
    WrongInvocation("ls -f [a", "'-f' is '[a' but must be a pattern such as 'train/*', with each [ closed by ]."),
    WrongInvocation(
      ["ls", "--function", ""], "'--function' is '' but must be a pattern such as 'train/*', with each [ closed by ]."),
    WrongInvocation("status --since yesterday", "'--since' is 'yesterday' but must be \(duration)."),
    WrongInvocation(
      "key -f f --env A=1", "'--env' is 'A=1' but must be the name of an environment variable, without its value."),
    WrongInvocation("key -f f --text a", "'--text' is 'a' but must be NAME=TEXT."),
    WrongInvocation("key -f f --text =a", "'--text' is '=a' but must be NAME=TEXT."),
    WrongInvocation("key -f f --file a=", "'--file' is 'a=' but must be NAME=PATH."),
    WrongInvocation("key -f f --tree a", "'--tree' is 'a' but must be NAME=PATH."),
    WrongInvocation("key -f f --arg a", "'--arg' is 'a' but must be NAME=JSON."),
    WrongInvocation("key -f f --arg =1", "'--arg' is '=1' but must be NAME=JSON."),
  ]

  private static let duration = "a duration such as 250ms, 10s, 5m, 2h or 7d"

  static let operands: [WrongInvocation] = [
    WrongInvocation("dir extra", "'extra' is one word too many for 'dir'. Usage: larder dir [OPTION…]"),
    WrongInvocation("ls train", "'train' is one word too many for 'ls'. Usage: larder ls [OPTION…]"),
    WrongInvocation("init here", "'here' is one word too many for 'init'. Usage: larder init [OPTION…]"),
    WrongInvocation("completion", "'completion' needs SHELL. Usage: larder completion SHELL"),
    WrongInvocation("completion tcsh", "SHELL is 'tcsh' but must be bash, zsh or fish."),
    WrongInvocation("completion bsh", "SHELL is 'bsh' but must be bash, zsh or fish. Did you mean 'bash'?"),
    WrongInvocation(
      "completion bash zsh", "'zsh' is one word too many for 'completion'. Usage: larder completion SHELL"),
    WrongInvocation("help put get", "'get' is one word too many for 'help'. Usage: larder help [COMMAND]"),
    WrongInvocation(
      "get \(key) \(key)", "'\(key)' is one word too many for 'get'. Usage: larder get [OPTION…] KEY"),
    WrongInvocation("put 0123abcd", "KEY is '0123abcd' but must be a whole key, 64 digits of 0-9 and a-f."),
    WrongInvocation("remove 0123abcd", "KEY is '0123abcd' but must be a whole key, 64 digits of 0-9 and a-f."),
    WrongInvocation("put \(key)0", "KEY is '\(key)0' but must be a whole key, 64 digits of 0-9 and a-f."),
    WrongInvocation("get 0123abc", "KEY is '0123abc' but must be \(prefix)."),
    WrongInvocation("get 0123ABCD", "KEY is '0123ABCD' but must be \(prefix)."),
    WrongInvocation("get \(key)0", "KEY is '\(key)0' but must be \(prefix)."),
    WrongInvocation("has \(key) xyz", "KEY is 'xyz' but must be \(prefix)."),
    WrongInvocation("get -- --json", "KEY is '--json' but must be \(prefix)."),
    WrongInvocation("show", "'show' needs KEY. Usage: larder show [OPTION…] KEY"),
    WrongInvocation("show 0123abc", "KEY is '0123abc' but must be \(prefix)."),
    WrongInvocation("show \(key) \(key)", "'\(key)' is one word too many for 'show'. Usage: larder show [OPTION…] KEY"),
    WrongInvocation("diff", "'diff' needs KEY. Usage: larder diff [OPTION…] KEY KEY"),
    WrongInvocation("diff \(key)", "'diff' needs KEY. Usage: larder diff [OPTION…] KEY KEY"),
    WrongInvocation(
      "diff \(key) \(key) \(key)", "'\(key)' is one word too many for 'diff'. Usage: larder diff [OPTION…] KEY KEY"),
    WrongInvocation("put", "Say what to store it under: a KEY, or a call with --function."),
    WrongInvocation("get", "Say what to get: a KEY, or a call with --function."),
    WrongInvocation("has", "Say what to ask for: a KEY, --keys-from FILE, or a call with --function."),
    WrongInvocation("key", "Say which call: --function NAME, with its arguments."),
    WrongInvocation("remove", "Say what to remove: a KEY, or --keys-from FILE."),
    WrongInvocation("put -f f \(key)", "KEY and '--function' exclude each other. Give one of them."),
    WrongInvocation("remove \(key) --keys-from -", "KEY and '--keys-from' exclude each other. Give one of them."),
    WrongInvocation("has -f f --keys-from -", "'--function' and '--keys-from' exclude each other. Give one of them."),
  ]

  private static let prefix = "a key, or its first 8 or more of 64 digits of 0-9 and a-f"

  static let calls: [WrongInvocation] = [
    WrongInvocation("get \(key) --arg a=1", "'--arg' needs '--function': it is part of a call."),
    WrongInvocation("put \(key) --portable", "'--portable' needs '--function': it is part of a call."),
    WrongInvocation("has \(key) --env A", "'--env' needs '--function': it is part of a call."),
    WrongInvocation(
      "get \(key) --function-version 2", "'--function-version' needs '--function': it is part of a call."),
    WrongInvocation(["key", "-f", ""], "'-f' is empty. Give it a value."),
    WrongInvocation(
      "key -f f --arg a=1 --arg a=2", "The argument 'a' is given twice by '--arg'. Give it once."),
    WrongInvocation(
      "key -f f --text a=1 --arg a=2", "The argument 'a' is given by '--arg' and by '--text'. Give it once."),
    WrongInvocation(
      "key -f f --file a=1 --tree a=2", "The argument 'a' is given by '--file' and by '--tree'. Give it once."),
    WrongInvocation("ls --arg a=1 --arg a=1", "The argument 'a' is given twice by '--arg'. Give it once."),
  ]

  static let arguments: [WrongInvocation] = [
    WrongInvocation("key -f f --arg a=", status: 65, noJSON("a value is missing (byte 0)")),
    WrongInvocation(
      "key -f f --arg a=hello", status: 65, noJSON("this is no value; text stands in double quotes (byte 0)")),
    WrongInvocation("key -f f --arg a=01", status: 65, noJSON("a number begins with a superfluous 0 (byte 0)")),
    WrongInvocation(
      "key -f f --arg a=1e999", status: 65, noJSON("the number is beyond the range of a double (byte 0)")),
    WrongInvocation(
      "key -f f --arg a=-1e999", status: 65, noJSON("the number is beyond the range of a double (byte 0)")),
    WrongInvocation(
      "key -f f --arg a=[1,]", status: 65, noJSON("this is no value; text stands in double quotes (byte 3)")),
    WrongInvocation("key -f f --arg a=[1", status: 65, noJSON("',' or ']' is missing (byte 2)")),
    WrongInvocation("key -f f --arg a=1,2", status: 65, noJSON("nothing may follow the value (byte 1)")),
    WrongInvocation(
      #"key -f f --arg a={"b":1,"b":2}"#, status: 65, noJSON("the name 'b' stands there twice (byte 7)")),
    WrongInvocation(#"key -f f --arg a="\ud800""#, status: 65, noJSON("half of a surrogate pair is missing (byte 1)")),
    WrongInvocation(
      "ls --arg a=NaN", status: 65,
      "The value of '--arg' a= is no JSON: this is no value; text stands in double quotes (byte 0). "
        + #"Plain text is written so: --arg 'NAME="text"'."#),
  ]

  private static func noJSON(_ reason: String) -> String {
    "The value of '--arg' a= is no JSON: \(reason). For plain text use --text."
  }

  @Test("there are at least 120 of them, and no two are the same line")
  func count() {
    #expect(Set(WrongInvocationTests.cases.map(\.words)).count == WrongInvocationTests.cases.count)
    #expect(WrongInvocationTests.cases.count >= 120)
  }

  @Test("no word at all shows the overview on standard error and ends with 64")
  func nothing() {
    let outcome = larder([])
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.messages == larder(["-h"]).output)
  }

  @Test("every name that other tools use leads to the command that has it", arguments: ArgumentTable.larder.commands)
  func synonyms(_ command: Command) {
    for synonym in command.alsoKnownAs {
      #expect(larder([synonym]).messages == "larder: Unknown command '\(synonym)'. Did you mean '\(command.name)'?\n")
    }
  }
}
