package import Larder
package import LarderSystem

extension Verification {
  /// How much was verified when, for people.
  package func sentence(now: Timestamp) -> String {
    guard let oldest else { return "never: larder verify does it" }
    // Rounded down: 100 % is all of it.
    let percent = portions * 100 / Verification.allPortions
    return "\(percent) % of the cache in the last \(Verification.span(now.seconds(since: oldest))), "
      + "oldest \(oldest.minute)" + (portions < Verification.allPortions ? ", rest never" : "")
  }

  /// A time that is not exceeded, in one unit.
  private static func span(_ seconds: Double) -> String {
    let units: [(seconds: Double, one: String, many: String)] = [
      (86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes"),
    ]
    for unit in units where seconds > unit.seconds {
      return HumanText.count(Int64((seconds / unit.seconds).rounded(.up)), unit.one, unit.many)
    }
    return "minute"
  }
}
