/// Where a sweep stands, in one word.
struct SweeperState {
  enum Step {
    static let begin = 0
    static let list = 2
    static let readRows = 3
    static let decide = 4
    /// Only in mutations: else to decide and to fence is one step, as a lock that is free stays free on one host, and
    /// between hosts a sweep can decide at any time.
    static let fence = 5
    static let lookAgain = 6
    static let unlink = 7
    static let finish = 8
    static let forget = 9
    static let condemn = 10
    static let check = 11
    static let withdraw = 12
    static let end = 13
  }

  var word: UInt64

  var step: Int {
    get { word.field(0, 5) }
    set { word.setField(0, 5, newValue) }
  }
  var walk: Int {
    get { word.field(5, 2) }
    set { word.setField(5, 2, newValue) }
  }
  /// Sessions that were dead when the walk began.
  var dead: Numbers {
    get { Numbers(word.field(7, 4)) }
    set { word.setField(7, 4, newValue.bits) }
  }
  /// Files that were listed; then those of them that had no row.
  var files: Numbers {
    get { Numbers(word.field(15, 12)) }
    set { word.setField(15, 12, newValue.bits) }
  }
  var condemned: Numbers {
    get { Numbers(word.field(27, 12)) }
    set { word.setField(27, 12, newValue.bits) }
  }
  var unreferenced: Numbers {
    get { Numbers(word.field(39, 12)) }
    set { word.setField(39, 12, newValue.bits) }
  }
  var broken: Numbers {
    get { Numbers(word.field(51, 12)) }
    set { word.setField(51, 12, newValue.bits) }
  }

  /// Goes to what is left to do in the walk.
  mutating func proceed() {
    if !files.isEmpty {
      step = Step.decide
    } else if !condemned.isEmpty {
      step = Step.finish
    } else if !unreferenced.isEmpty {
      step = Step.condemn
    } else if !broken.isEmpty {
      step = Step.check
    } else {
      step = Step.end
    }
  }
}
