/// How an index proved damaged.
enum IndexDamage: Hashable, Sendable {
  /// There was no file.
  case gone
  /// Somebody came upon the damage while it was open.
  case met
  /// It could not be opened.
  case refused(words: String)

  var words: String {
    switch self {
    case .gone: "its file was gone"
    case .met: "a read or a write met it"
    case .refused(let words): words
    }
  }
}
