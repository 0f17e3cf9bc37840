/// What stands in a log behind its end, although it was committed: SQLite reads a log up to the first frame whose sum is
/// wrong, so one damaged byte undoes whatever was committed behind it.
///
/// Frames of an earlier use of the log, which lie behind its end in the normal course of things, have other salts. What a
/// killed process left of a commit has no end, and was not committed.
struct LogTail: ~Copyable {
  let log: LogFile
  /// From the first frame that no longer counts up to that which ended the last commit.
  let frames: ClosedRange<Int64>
  /// How many commits end in there with a frame that is sound.
  let commits: Int

  init?(of log: consuming LogFile, behind end: LogEnd) {
    let first = end.frame + 1
    guard first <= log.frames else { return nil }
    guard let (salts, isBigEndian) = Self.marks(of: log, end),
      let reach = Self.reach(of: salts, in: log, from: first)
    else { return nil }
    var last = end.frame == 0 ? log.headerSum : end.sum
    var (isUnbroken, commits) = (end.frame > 0 || log.isHeaderWhole, 0)
    var lastCommit: Int64?
    var frame = LogFrame()
    for number in first...reach {
      guard log.read(number, into: &frame), frame.page != 0, frame.salts == salts else {
        isUnbroken = false
        continue
      }
      // A sum goes on from the one written before it: so one damaged frame does not make the next ones wrong.
      let isSound = frame.sum(behind: last, bigEndian: isBigEndian) == frame.sum
      last = frame.sum
      // A commit that is sound up to here is one that somebody is making at this moment, or was killed in.
      if frame.endsCommit, isSound != isUnbroken {
        // The last commit of a log has no other behind it that could tell whether its end is damaged or torn.
        if isSound { commits += 1 }
        lastCommit = number
      }
      if !isSound { isUnbroken = false }
    }
    guard let lastCommit else { return nil }
    self.log = log
    frames = first...lastCommit
    self.commits = commits
  }

  /// What marks the frames of this use of the log, and in which order sums take its bytes. A log whose header is damaged does
  /// not count at all: then the first frame that is sound says what it was.
  private static func marks(of log: borrowing LogFile, _ end: LogEnd) -> (LogSalts, isBigEndian: Bool)? {
    if end.frame > 0 || log.isHeaderWhole { return (end.salts, end.isBigEndian) }
    var last = log.headerSum
    var frame = LogFrame()
    for number in 1...log.frames where log.salts(of: number) != nil && log.read(number, into: &frame) {
      for isBigEndian in [false, true] where frame.sum(behind: last, bigEndian: isBigEndian) == frame.sum {
        return (frame.salts, isBigEndian)
      }
      last = frame.sum
    }
    return nil
  }

  /// So many frames are looked at one after the other, and every so-and-so-many-th behind them.
  private static let (near, step): (Int64, Int64) = (64, 16)

  /// Behind which frame there is none with these salts; nil where there is none at all. It looks at headers, which costs
  /// some hundred reads of a few bytes in a long log.
  private static func reach(of salts: LogSalts, in log: borrowing LogFile, from first: Int64) -> Int64? {
    var reach: Int64?
    var number = first
    while number <= log.frames {
      if log.salts(of: number) == salts { reach = min(number + near, log.frames) }
      number += number < first + near ? 1 : step
    }
    return reach
  }
}
