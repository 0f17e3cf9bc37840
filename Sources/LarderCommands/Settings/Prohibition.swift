extension Invocation {
  /// Who switched on a flag that forbids what is asked for, and what to do about it.
  func prohibition(_ option: String) -> String {
    switch origin(option) {
    case .environment?:
      let variable = Option(flag: option, "").variable
      return "\(variable) forbids it. Unset it."
    case .file(let file)?:
      return "'\(option)' in '\(file.path)' forbids it. Take it out, or leave the file out with --no-config."
    default: return "--\(option) forbids it. Leave it out."
    }
  }
}
