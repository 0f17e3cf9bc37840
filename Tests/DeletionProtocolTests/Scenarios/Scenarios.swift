// Contents are numbered 0…3 and called A…D in traces; keys are called k, l, m.
extension Scenario {
  private static let onOneHost: Properties = [.all, .accounted]

  /// A loop of puts of the same content beside evictions.
  static let loop = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0), .init(key: 0, content: 0), .init(key: 0, content: 0)]),
      Remover("evictor 1", .evictor, times: 2), Remover("evictor 2", .evictor, times: 2),
      Remover("finisher", .finisher),
    ],
    stores: [Store(placements: 5)], properties: onOneHost)

  /// Two threads that share a session and put the same content under two keys, twice.
  static let threads = Scenario(
    actors: [
      Writer("thread 1", store: 0, [.init(key: 0, content: 0), .init(key: 0, content: 0)]),
      Writer("thread 2", store: 0, [.init(key: 1, content: 0), .init(key: 1, content: 0)]),
      Remover("evictor", .evictor, times: 2),
    ],
    stores: [Store(placements: 6)], properties: onOneHost)

  /// Three writers with sessions of their own that put the same content.
  static let writers = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 0)]),
      Writer("writer 3", store: 2, [.init(key: 0, content: 0)]), Remover("evictor", .evictor),
    ],
    stores: [Store(placements: 3), Store(placements: 2), Store(placements: 2)], properties: onOneHost)

  /// Sweeps beside writers and evictions on one host, where a lock is free when its owner is dead.
  static let sweeps = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 0)]), Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 2), Store(placements: 2)], properties: onOneHost)

  /// Two sweeps beside a loop of puts.
  static let sweepsAtOnce = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0), .init(key: 0, content: 0)]),
      Remover("evictor", .evictor), Sweeper("sweep 1", canCrash: true), Sweeper("sweep 2"),
    ],
    stores: [Store(placements: 3)], properties: onOneHost)

  /// Sweeps that can take any session for dead at any time.
  static let lostLeases = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 0)]), Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 2, sessions: 2), Store(placements: 2, sessions: 2)], faults: [.lostLeases])

  /// Two sweeps that can take any session for dead at any time, beside a loop of puts.
  static let lostLeasesTwice = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0), .init(key: 0, content: 0)]),
      Sweeper("sweep 1"), Sweeper("sweep 2"), Remover("evictor", .evictor),
    ],
    stores: [Store(placements: 4, sessions: 2)], faults: [.lostLeases])

  /// Two threads of one session that a sweep declares dead under them, twice.
  static let lostSession = Scenario(
    actors: [
      Writer("thread 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("thread 2", store: 0, [.init(key: 1, content: 0)]), Sweeper("sweep", walks: 2),
    ],
    stores: [Store(placements: 4, sessions: 3)], faults: [.crashes, .lostLeases])

  /// Entries that are replaced, by values that others have and by new ones.
  static let replacing = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 1)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 0), .init(key: 0, content: 1)]),
      Remover("evictor", .evictor), Remover("finisher", .finisher),
    ],
    stores: [Store(placements: 3), Store(placements: 3)], properties: onOneHost, given: [0: 0])

  /// A file is harmed while it is put again, read, evicted and swept.
  static let healing = Scenario(
    actors: [
      Damage(), Writer("writer 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("writer 2", store: 1, [.init(key: 2, content: 0)]), Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 2), Store(placements: 2)], properties: onOneHost, given: [0: 0, 1: 0], damage: 1,
    tracksSeals: true)

  /// A file is harmed while a reader finds out and a computation replaces it.
  static let reading = Scenario(
    actors: [
      Damage(), Reader("reader", key: 0), Writer("caller", store: 0, [.init(key: 0, content: 1, isComputed: true)]),
      Writer("writer", store: 1, [.init(key: 1, content: 0)]), Remover("evictor", .evictor),
    ],
    stores: [Store(placements: 2), Store(placements: 2)], properties: onOneHost, given: [0: 0, 1: 0], damage: 1,
    tracksSeals: true)

  /// A file of a tree or its manifest is harmed.
  static let healingTrees = Scenario(
    actors: [
      Damage(), Writer("writer", store: 0, [.init(key: 1, content: 2)]), Sweeper("sweep"),
    ],
    stores: [Store(placements: 3)], faults: [], properties: onOneHost, trees: [2: [0, 1]], given: [0: 2], damage: 1)

  /// A file of a tree is harmed, and the same content is put by itself and with the tree.
  static let healingFiles = Scenario(
    actors: [
      Damage(), Writer("writer 1", store: 0, [.init(key: 1, content: 2)]),
      Writer("writer 2", store: 1, [.init(key: 2, content: 0)]), Remover("evictor", .evictor),
    ],
    stores: [Store(placements: 3), Store(placements: 2)], faults: [], properties: onOneHost, trees: [2: [0, 1]],
    given: [0: 2], damage: 1)

  /// Trees that share a file, beside evictions.
  static let trees = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 2)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 3)]), Remover("evictor 1", .evictor),
      Remover("evictor 2", .evictor),
    ],
    stores: [Store(placements: 3), Store(placements: 2)], properties: onOneHost, trees: [2: [0, 1], 3: [0]],
    given: [2: 0])

  /// Trees that are swept by those who may take any session for dead.
  static let sweptTrees = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 2)]), Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 4, sessions: 2)], faults: [.crashes, .lostLeases], trees: [2: [0, 1], 3: [0]],
    given: [1: 3])

  /// Answers to commits are lost, and the commits happen at once, later or never.
  static let lostAnswers = Scenario(
    actors: [
      Writer("thread 1", store: 0, [.init(key: 0, content: 0)]),
      Writer("thread 2", store: 0, [.init(key: 1, content: 0)]), Sweeper("sweep"),
    ],
    stores: [Store(placements: 4, sessions: 2)], faults: [], lostAnswers: 1)

  /// Answers are lost again and again, and processes are killed while they find out.
  static let lostAnswersAgain = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0), .init(key: 1, content: 0)]),
      Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 5, sessions: 3)], lostAnswers: 2)

  /// Answers to commits that replace are lost.
  static let lostReplacements = Scenario(
    actors: [
      Writer("writer 1", store: 0, [.init(key: 0, content: 1)]),
      Writer("writer 2", store: 1, [.init(key: 1, content: 0)]), Sweeper("sweep"),
    ],
    stores: [Store(placements: 3, sessions: 2), Store(placements: 2, sessions: 2)], given: [0: 0], lostAnswers: 1)

  /// Computations that users' removals overtake, beside other computations and lost answers.
  static let removals = Scenario(
    actors: [
      Writer("caller 1", store: 0, [.init(key: 0, content: 0, isComputed: true)]),
      Writer("caller 2", store: 1, [.init(key: 0, content: 0, isComputed: true)]),
      Remover("user 1", .user(key: 0)), Remover("user 2", .user(key: 1)),
    ],
    stores: [Store(placements: 3, sessions: 2), Store(placements: 2)], lostAnswers: 1)

  /// A writer that is taken for dead, and a sweep that walks until nothing of the session is left.
  static let lostLeasesAfterwards = Scenario(
    actors: [Writer("writer", store: 0, [.init(key: 0, content: 0)]), Sweeper("sweep", walks: 3)],
    stores: [Store(placements: 2, sessions: 2)], faults: [.crashes, .lostLeases])

  /// A blob to which nothing refers, as no commit and no removal leaves one, and a writer that finds a use for it.
  static let unreferenced = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 0)]), Sweeper("sweep 1"), Sweeper("sweep 2"),
      Remover("evictor", .evictor),
    ],
    stores: [Store(placements: 2)], properties: onOneHost, given: [3: 0], abandoned: [3])

  /// Two trees that share a file, one of which is evicted and put again.
  static let sharedFile = Scenario(
    actors: [
      Writer("writer", store: 0, [.init(key: 0, content: 2)]), Remover("evictor", .evictor), Sweeper("sweep"),
    ],
    stores: [Store(placements: 3)], properties: onOneHost, trees: [2: [0, 1], 3: [0]], given: [0: 2, 1: 3])
}
