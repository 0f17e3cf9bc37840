/// What a shell loads to complete command lines of `larder`. Each script asks the program itself what can stand where, so
/// that it stays right when the program is renewed.
enum ShellScript {
  static func text(for shell: String) -> String {
    switch shell {
    case "zsh": zsh
    case "fish": fish
    default: bash
    }
  }

  private static let bash = #"""
    # Completion of larder for bash: source <(larder completion bash)
    _larder() {
      local line=${COMP_LINE:0:COMP_POINT} words=() last= word index kind= kept
      COMPREPLY=()
      # bash cuts words at = : and @ too; what stands together on the line is put together again.
      for ((index = 0; index <= COMP_CWORD; index++)); do
        last=${COMP_WORDS[index]}
        word=${line#"${line%%[![:space:]]*}"}
        if ((index == 0)) || [[ $word != "$line" ]]; then words+=(""); fi
        # The last word ends at the cursor.
        last=${last:0:${#word}}
        words[${#words[@]}-1]+=$last
        line=${word:${#last}}
      done
      # What is inserted takes the place of what stands behind the last cut.
      [[ $last == *[!=:@]* ]] || last=
      word=${words[${#words[@]}-1]}
      kept=${word:0:${#word}-${#last}}
      # An @ in front of that is replaced too: it could be the beginning of a host's name.
      kept=${kept%@}
      # Quotes and backslashes are the shell's, not part of a name.
      words=("${words[@]//[\\\"\']/}")
      while IFS= read -r line; do
        if [[ -z $kind ]]; then
          kind=${line%%$'\t'*}
          case $kind in
            files) compopt -o default 2>/dev/null || compopt -o filenames ;;
            directories) compopt -o dirnames 2>/dev/null || compopt -o filenames ;;
            programs)
              [[ $word != */* ]] || compopt -o filenames 2>/dev/null
              while IFS= read -r line; do COMPREPLY+=("${line#"$kept"}"); done < <(compgen -c -- "$word" | sort -u)
              return ;;
          esac
        else
          printf -v word %q "${line%%$'\t'*}"
          COMPREPLY+=("${word#"$kept"}")
        fi
      done < <("${1/#\~\//$HOME/}" __complete -- "${words[@]:1}" 2>/dev/null)
    }
    complete -F _larder larder

    """#

  private static let zsh = #"""
    #compdef larder
    # Completion of larder for zsh: larder completion zsh > a directory of fpath, as _larder;
    # or, behind compinit: source <(larder completion zsh)
    _larder() {
      local -a lines items
      local line word kind kept
      lines=("${(@f)$(${~words[1]} __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
      kind=${lines[1]%%$'\t'*}
      kept=${lines[1]#*$'\t'}
      case $kind in
        files) compset -p ${#kept}; _files ;;
        directories) compset -p ${#kept}; _files -/ ;;
        programs) if [[ $PREFIX == */* ]]; then _files; else _command_names -e; fi ;;
        words)
          for line in "${(@)lines[2,-1]}"; do
            word=${line%%$'\t'*}
            items+=("${${word//\\/\\\\}//:/\\:}:${line#*$'\t'}")
          done
          _describe -V larder items ;;
      esac
    }
    if [[ ${funcstack[1]} == _larder ]]; then _larder "$@"; else compdef _larder larder; fi

    """#

  private static let fish = #"""
    # Completion of larder for fish: larder completion fish > ~/.config/fish/completions/larder.fish
    function __larder_complete
      set -l typed (commandline -opc)
      set -l current (commandline -ct)
      set -l program $typed[1]
      set -e typed[1]
      set -l lines ($program __complete -- $typed "$current" 2>/dev/null)
      set -l head (string split \t -- $lines[1])
      set -e lines[1]
      set -l rest (string sub -s (math 1 + (string length -- "$head[2]")) -- "$current")
      switch "$head[1]"
        case files
          for path in (__fish_complete_path "$rest")
            echo "$head[2]$path"
          end
        case directories
          for path in (__fish_complete_directories "$rest" '')
            echo "$head[2]$path"
          end
        case programs
          complete -C "$current"
        case words
          printf '%s\n' $lines
      end
    end
    complete -c larder -f -k -a '(__larder_complete)'

    """#
}
