extension Command {
  static let completion = Command(
    "completion", "Print what a shell loads to complete command lines",
    usage: ["completion SHELL"],
    discussion: [
      "Load it in ~/.bashrc with: source <(larder completion bash)",
      "For zsh, in ~/.zshrc behind compinit: source <(larder completion zsh)",
      "For fish, once: larder completion fish > ~/.config/fish/completions/larder.fish",
      "Commands, options and their values are completed, files, directories and variables, and the functions, tags and keys "
        + "of the cache at hand, also of one that --dir names on the same line.",
    ],
    operand: Operand("SHELL", .choice(["bash", "zsh", "fish"]), 1...1),
    statuses: [],
    examples: [
      ("source <(larder completion bash)", "in this shell, from now on"),
      ("larder completion fish > ~/.config/fish/completions/larder.fish", "in fish, for ever"),
    ],
    alsoKnownAs: ["completions", "complete", "autocomplete", "shell-completion"],
    readsSettings: false
  ) { invocation, context in
    try context.output.write(ShellScript.text(for: invocation.words.first ?? ""))
    return .done
  }
}
