internal import Larder

extension MissReason {
  /// The reason in a sentence about an artifact.
  var sentence: String {
    switch self {
    case .cold: "nothing was stored for it yet"
    case .arguments: "the function was seen, but not with these arguments"
    case .version: "the function was seen, but not in this version"
    case .expired: "its time was up"
    case .evicted: "it was evicted to keep the cache within its limit"
    case .invalidated: "it was removed"
    case .missingBlob: "its blob is gone"
    case .corrupt: "its stored bytes are damaged"
    case .undecodable: "its stored bytes do not decode"
    case .signature: "its row was altered"
    case .refresh: "--refresh asks for a new one"
    case .disabled: "the cache is switched off"
    default: "it cannot be read"
    }
  }
}

/// What a lookup did not find, in one line.
func missLine(_ reason: MissReason) -> String { "Miss (\(reason)): \(reason.sentence)." }
