internal import LarderFormat
internal import LarderSystem

// What people are told of a run.
extension Runner {
  func tellInputs(_ reason: MissReason) {
    if reason == .disabled { return }
    let inputs = request.inputs
    if !inputs.found.isEmpty {
      context.note(
        "Inputs: \(inputs.found.joined(separator: ", ")) (found on the command line). Add others with --in.", invocation
      )
    }
    if !inputs.overwritten.isEmpty {
      context.note(
        "Not part of the key: \(inputs.overwritten.joined(separator: ", ")) (named with --out). If the command reads what was "
          + "there before, add it with --in.", invocation)
    }
    if !inputs.overlooked.isEmpty {
      context.note(
        "Not looked into: \(inputs.overlooked.joined(separator: ", ")). If the command reads it, add it with --in.",
        invocation)
    }
  }

  func tellUnusedInput() {
    guard request.inputs.input == nil, StandardStream.input.holdsData else { return }
    context.note(
      "Standard input was not given to the command. Give it with --in -, so that it is part of the key.", invocation)
  }
}
