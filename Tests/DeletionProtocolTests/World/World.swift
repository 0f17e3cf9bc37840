/// One state of the model: the directory of blobs, the index, the locks, and where each actor stands.
///
/// A placement is one use of a name: its number stands for the file and for the row of the blob. Everything is bounded:
/// 12 placements, 4 keys, 4 sessions, 3 stores (open caches), 6 actors; edges lead between the first 8 placements.
struct World: Equatable {
  static let placements = 12
  static let keys = 4
  static let sessions = 4
  static let seats = 6
  static let words = 5 + seats

  /// For each placement: the row's state, the file's state, and whether the file was harmed from outside.
  var blobs: UInt64 = 0
  /// For each placement: the content and the session.
  var names: UInt64 = 0
  /// For each of the first 8 placements, as a manifest: its children.
  var edges: UInt64 = 0
  /// Entries, the log of removals, sessions, and what the environment may still do.
  var tables: UInt64 = 0
  /// For each store: its session and its counters.
  var stores: UInt64 = 0
  // Where the actors stand.
  var seat0: UInt64 = 0
  var seat1: UInt64 = 0
  var seat2: UInt64 = 0
  var seat3: UInt64 = 0
  var seat4: UInt64 = 0
  var seat5: UInt64 = 0

  subscript(seat seat: Int) -> UInt64 {
    get {
      switch seat {
      case 0: seat0
      case 1: seat1
      case 2: seat2
      case 3: seat3
      case 4: seat4
      default: seat5
      }
    }
    set {
      switch seat {
      case 0: seat0 = newValue
      case 1: seat1 = newValue
      case 2: seat2 = newValue
      case 3: seat3 = newValue
      case 4: seat4 = newValue
      default: seat5 = newValue
      }
    }
  }

  /// Where an actor stands when it has ended, for whatever reason.
  static let ended: UInt64 = 31

  func hasEnded(_ seat: Int) -> Bool { self[seat: seat] == Self.ended }
}
