internal import LarderIndex

extension IndexRescue {
  func words(_ damage: String, _ cache: String, _ place: String) -> String { "\(damage) \(cache) \(place) \(entries)" }
}
