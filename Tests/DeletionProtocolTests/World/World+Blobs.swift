/// The row of a blob.
enum Row {
  static let none = 0
  static let live = 1
  static let condemned = 2
}

/// The file of a blob.
enum File {
  static let absent = 0
  static let sound = 1
  static let damaged = 2
}

extension World {
  func row(_ placement: Int) -> Int { blobs.field(placement &* 5, 2) }
  mutating func setRow(_ placement: Int, _ state: Int) { blobs.setField(placement &* 5, 2, state) }

  func file(_ placement: Int) -> Int { blobs.field(placement &* 5 &+ 2, 2) }
  mutating func setFile(_ placement: Int, _ state: Int) { blobs.setField(placement &* 5 &+ 2, 2, state) }

  /// Whether the environment harmed the file: then no protocol is to blame that it is not sound.
  func isHarmed(_ placement: Int) -> Bool { blobs.field(placement &* 5 &+ 4, 1) == 1 }
  mutating func harm(_ placement: Int) { blobs.setField(placement &* 5 &+ 4, 1, 1) }

  func content(_ placement: Int) -> Int { names.field(placement &* 5, 2) }
  func session(of placement: Int) -> Int { names.field(placement &* 5 &+ 2, 3) }
  mutating func setName(_ placement: Int, content: Int, session: Int) {
    names.setField(placement &* 5, 2, content)
    names.setField(placement &* 5 &+ 2, 3, session)
  }

  /// A session that was closed before the model begins.
  static let bygone = 7

  func children(_ manifest: Int) -> Numbers { manifest < 8 ? Numbers(edges.field(manifest &* 8, 8)) : Numbers() }
  mutating func setChildren(_ manifest: Int, _ children: Numbers) {
    precondition(manifest < 8 && children.bits < 256, "edges lead between the first 8 placements")
    edges.setField(manifest &* 8, 8, children.bits)
  }

  /// The live row of a content; the lowest, as there should be one.
  func liveRow(_ content: Int) -> Int? {
    if blobs == 0 { return nil }
    for placement in 0..<Self.placements where row(placement) == Row.live && self.content(placement) == content {
      return placement
    }
    return nil
  }

  func rows(_ state: Int) -> Numbers {
    var found = Numbers()
    var rest = blobs
    var placement = 0
    while rest != 0 {
      if rest.field(0, 2) == state { found.insert(placement) }
      rest &>>= 5
      placement &+= 1
    }
    return found
  }

  func files() -> Numbers {
    var found = Numbers()
    var rest = blobs
    var placement = 0
    while rest != 0 {
      if rest.field(2, 2) != File.absent { found.insert(placement) }
      rest &>>= 5
      placement &+= 1
    }
    return found
  }
}
