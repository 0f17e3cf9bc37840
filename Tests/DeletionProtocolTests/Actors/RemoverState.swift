/// Where an actor stands that finishes announced deletions.
struct RemoverState {
  enum Step {
    static let begin = 0
    static let unlink = 1
    static let forget = 2
    /// Only in mutations.
    static let condemn = 3
  }

  var word: UInt64

  var step: Int {
    get { word.field(0, 5) }
    set { word.setField(0, 5, newValue) }
  }
  var time: Int {
    get { word.field(5, 3) }
    set { word.setField(5, 3, newValue) }
  }
  var condemned: Numbers {
    get { Numbers(word.field(8, 12)) }
    set { word.setField(8, 12, newValue.bits) }
  }
  var key: Int {
    get { word.field(20, 2) }
    set { word.setField(20, 2, newValue) }
  }
}
