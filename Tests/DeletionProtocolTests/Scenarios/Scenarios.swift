// Contents are numbered 0…3 and called A…D in traces; keys are called k, l, m.
extension Scenario {
  /// A loop of puts of the same content beside evictions.
  static let looping = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0), .init(key: 0, content: 0), .init(key: 0, content: 0)]),
      Remover("evictor", .evictor, times: 2), Remover("finisher", .finisher), Sweeper.last,
    ],
    stores: [Store(placements: 4)], properties: [.all, .accounted])
}
