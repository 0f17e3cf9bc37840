internal import LarderSystem

extension IndexError {
  /// What a failed call on the journal means for the index.
  init(journal path: String, _ error: SystemError, isOutcomeUnknown: Bool = false) {
    if error.isFileLimit {
      self = .fileLimit(path)
    } else if error.isFullDisk {
      self = .full(path)
    } else if error.isReadOnly || error.isRefused {
      self = .readOnly(path)
    } else if error.isMissing {
      self = .missing(path, "is not there")
    } else {
      self = .failed("\(error.call == .open ? "Opening" : "Reading or writing") the index '\(path)' failed", error)
    }
    self.isOutcomeUnknown = isOutcomeUnknown
  }

  static func replaced(_ path: String) -> IndexError {
    IndexError(.missing, "The index '\(path)' was replaced by another one while it was open. Open the cache again.")
  }

  static func replacedByOther(_ path: String) -> IndexError {
    IndexError(
      .foreign,
      "The index '\(path)' was replaced by that of another cache while it was open. Open the cache again.")
  }
}
