/// Where a writer stands, in one word.
struct WriterState {
  enum Step {
    static let begin = 0
    static let session = 1
    static let look = 2
    static let check = 3
    static let place = 4
    static let commit = 5
    static let unlink = 6
    static let finishUnlinking = 7
    static let finishForgetting = 8
    static let unknown = 9
    static let readAgain = 10
    static let close = 11
    /// Only in mutations.
    static let write = 12
  }

  var word: UInt64

  var step: Int {
    get { word.field(0, 5) }
    set { word.setField(0, 5, newValue) }
  }
  /// Which of its puts it is at.
  var put: Int {
    get { word.field(5, 3) }
    set { word.setField(5, 3, newValue) }
  }
  var round: Int {
    get { word.field(8, 2) }
    set { word.setField(8, 2, newValue) }
  }
  /// Which of the put's blobs it is at.
  var blob: Int {
    get { word.field(10, 2) }
    set { word.setField(10, 2, newValue) }
  }
  var removalsSeen: Int {
    get { word.field(12, 2) }
    set { word.setField(12, 2, newValue) }
  }
  /// Not seen by the writer: a user removed the key since its computation began.
  var isOvertaken: Bool {
    get { word.field(14, 1) == 1 }
    set { word.setField(14, 1, newValue ? 1 : 0) }
  }
  var session: Int {
    get { word.field(15, 2) }
    set { word.setField(15, 2, newValue) }
  }
  /// Not seen by the writer: all damage was done before it began.
  var isAfterDamage: Bool {
    get { word.field(17, 1) == 1 }
    set { word.setField(17, 1, newValue ? 1 : 0) }
  }
  var triesAgain: Bool {
    get { word.field(18, 1) == 1 }
    set { word.setField(18, 1, newValue ? 1 : 0) }
  }
  /// Not seen by the writer: the commit whose answer it lost may still happen.
  var isInFlight: Bool {
    get { word.field(19, 1) == 1 }
    set { word.setField(19, 1, newValue ? 1 : 0) }
  }
  /// The mode in which a computed value is committed, and the seal that was seen.
  var mode: Int {
    get { word.field(20, 2) }
    set { word.setField(20, 2, newValue) }
  }
  var sealSeen: Int {
    get { word.field(22, 3) }
    set { word.setField(22, 3, newValue) }
  }

  /// Not seen by the writer: the commit whose answer it lost has happened.
  var hasHappened: Bool {
    get { word.field(55, 1) == 1 }
    set { word.setField(55, 1, newValue ? 1 : 0) }
  }

  /// Where the blobs of the put come from, until it is committed.
  func source(_ blob: Int) -> Source {
    let at = 25 &+ blob &* 10
    return Source(kind: word.field(at, 2), own: word.field(at &+ 2, 4), found: word.field(at &+ 6, 4))
  }
  mutating func setSource(_ blob: Int, _ source: Source) {
    let at = 25 &+ blob &* 10
    word.setField(at, 2, source.kind)
    word.setField(at &+ 2, 4, source.own)
    word.setField(at &+ 6, 4, source.found)
  }
  mutating func clearSources() { word.setField(25, 30, 0) }

  // After an answer the same bits say what is left to do.

  /// Own files to unlink.
  var surplus: Numbers {
    get { Numbers(word.field(25, 12)) }
    set { word.setField(25, 12, newValue.bits) }
  }
  /// Condemned rows to finish.
  var condemned: Numbers {
    get { Numbers(word.field(37, 12)) }
    set { word.setField(37, 12, newValue.bits) }
  }
}
