/// The times of one contender, in microseconds.
struct Result: Encodable {
  let name: String
  let operations: Int
  let median: Double
  let minimum: Double
  let p90: Double
  /// With what happens only now and then: a checkpoint, counters that are written together.
  let mean: Double
  /// The median as a multiple of the group's primitive; nil for the primitive itself.
  var timesPrimitive: Double?
  /// The median as a multiple of primitive and codec together.
  var timesFloor: Double?

  init(name: String, samples: [UInt64]) {
    self.name = name
    operations = samples.count
    let sorted = samples.sorted()
    func quantile(_ share: Double) -> Double {
      guard let last = sorted.indices.last else { return .nan }
      return Double(sorted[Int((Double(last) * share).rounded())]) / 1000
    }
    median = quantile(0.5)
    minimum = quantile(0)
    p90 = quantile(0.9)
    mean = Double(samples.reduce(0, +)) / Double(max(samples.count, 1)) / 1000
  }
}

/// The times of a group, with each contender compared to the primitives that ran beside it.
struct GroupResult: Encodable {
  let name: String
  var results: [Result]

  init(_ group: Group, _ given: [Result]) {
    name = group.name
    results = given
    let primitive = given.first { $0.name == group.primitive }?.median
    let codec = given.first { $0.name == group.codec }?.median
    guard let primitive else { return }
    for index in results.indices where results[index].name != group.primitive && results[index].name != group.codec {
      results[index].timesPrimitive = results[index].median / primitive
      if let codec { results[index].timesFloor = results[index].median / (primitive + codec) }
    }
  }
}
