/// Finds the loops in a sequence of calls: a sweep looks into 256 directories one after the other, and a maker makes as
/// many.
enum Rounds {
  /// Equal rounds of as many calls make a loop; what is shorter is not worth sparing.
  private static let least = 100
  /// No round that is looked for has more calls.
  private static let longest = 24
  /// Rounds at either end of a loop, which differ from the others in what was before or what comes after.
  private static let kept = 1

  /// For each call whether it is in the middle of a loop, with the same calls in the same order before and after it.
  static func isMiddle<Call: Equatable>(_ calls: [Call]) -> [Bool] {
    var isMiddle = [Bool](repeating: false, count: calls.count)
    for period in 1...longest where calls.count > least {
      var start = 0
      for place in 0...(calls.count - period) {
        if place < calls.count - period && calls[place] == calls[place + period] { continue }
        // What was equal up to here, with the round that it was equal to.
        let end = place + period
        if end - start >= least {
          for index in (start + kept * period)..<(end - kept * period) { isMiddle[index] = true }
        }
        start = place + 1
      }
    }
    return isMiddle
  }
}
