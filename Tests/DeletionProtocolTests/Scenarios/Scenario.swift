/// Who does what in which faults, and what must hold.
struct Scenario: Sendable {
  /// An open cache: the placements and sessions that it may use.
  struct Store: Sendable {
    var placements: Int
    var sessions = 1
  }

  struct Faults: OptionSet, Sendable {
    let rawValue: Int
    /// Any process can be killed at any step.
    static let crashes = Faults(rawValue: 1)
    /// A sweep can take any session for dead at any time, as between hosts that have lost sight of each other.
    static let lostLeases = Faults(rawValue: 2)
  }

  struct Properties: OptionSet, Sendable {
    let rawValue: Int
    /// What is committed and neither evicted nor harmed can be served.
    static let servable = Properties(rawValue: 1)
    /// At most one row of each content is live.
    static let unique = Properties(rawValue: 2)
    /// No name is used twice.
    static let names = Properties(rawValue: 4)
    /// A file without a row has a session on record.
    static let accounted = Properties(rawValue: 8)
    /// A put that began after the damage leaves what it stored servable.
    static let healed = Properties(rawValue: 16)
    /// What a user removed is not brought back by what was computed before.
    static let removed = Properties(rawValue: 32)
    /// After the last sweep there is nothing left over.
    static let clean = Properties(rawValue: 64)

    static let all: Properties = [.servable, .unique, .names, .healed, .removed, .clean]
  }

  var actors: [any Actor] = []
  /// The caches that are open.
  var stores: [Store] = []
  var faults: Faults = .crashes
  var properties: Properties = .all
  var mutation: Mutation?
  /// The contents of a tree's files, for each content that is a manifest.
  var trees: [Int: [Int]] = [:]
  /// Entries that are there from the beginning: the content under each key.
  var given: [Int: Int] = [:]
  /// Of those the keys whose entries a damaged index has lost.
  var abandoned: [Int] = []
  /// How often the environment harms a file.
  var damage = 0
  /// How often the answer to a commit is lost.
  var lostAnswers = 0
  /// Whether seals are told apart.
  var tracksSeals = false

  func with(_ mutation: Mutation) -> Scenario {
    var scenario = self
    scenario.mutation = mutation
    return scenario
  }

  // Where the stores have their placements and sessions

  func firstPlacement(_ store: Int) -> Int {
    stores[..<store].reduce(givenContents.count) { $0 + $1.placements }
  }

  func firstSession(_ store: Int) -> Int { stores[..<store].reduce(0) { $0 + $1.sessions } }

  /// The contents that are there from the beginning, the files of trees before their manifests.
  private var givenContents: [Int] {
    var contents: [Int] = []
    for key in given.keys.sorted() {
      guard let content = given[key] else { continue }
      for content in (trees[content] ?? []) + [content] where !contents.contains(content) { contents.append(content) }
    }
    return contents
  }

  var start: World {
    var world = World()
    let contents = givenContents
    precondition(firstPlacement(stores.count) <= World.placements && firstSession(stores.count) <= World.sessions)
    precondition(actors.count < World.seats && stores.count <= 4)
    for (placement, content) in contents.enumerated() {
      world.setName(placement, content: content, session: World.bygone)
      world.setRow(placement, Row.live)
      world.setFile(placement, File.sound)
      var children = Numbers()
      for child in trees[content] ?? [] { contents.firstIndex(of: child).map { children.insert($0) } }
      if !children.isEmpty { world.setChildren(placement, children) }
    }
    for (key, content) in given { world.setEntry(key, contents.firstIndex(of: content)) }
    for key in abandoned { world.setEntry(key, nil) }
    world.setDamageLeft(damage)
    world.setLostAnswersLeft(lostAnswers)
    return world
  }

  /// The placement whose file a placement uses: its own, as long as names have numbers.
  func file(of placement: Int, in world: World) -> Int {
    guard mutation == .namesWithoutNumbers, world.session(of: placement) != World.bygone else { return placement }
    for store in stores.indices {
      let first = firstPlacement(store)
      guard placement >= first, placement < first + stores[store].placements else { continue }
      for other in first..<placement
      where world.content(other) == world.content(placement) && world.session(of: other) == world.session(of: placement)
      {
        return other
      }
    }
    return placement
  }

  /// What is left when an actor is killed: of a thread nothing but its process's open sessions, with free locks.
  func crash(_ seat: Int, in world: World) -> World {
    var world = world
    guard let store = actors[seat].store else {
      world[seat: seat] = World.ended
      return world
    }
    for other in actors.indices where actors[other].store == store { world[seat: other] = World.ended }
    end(store, in: &world)
    return world
  }

  /// Ends a process: the kernel frees its locks.
  func end(_ store: Int, in world: inout World) {
    let first = firstSession(store)
    for session in first..<(first + stores[store].sessions) { world.setLocked(session, false) }
    world.setCurrentSession(store, nil)
    // Nobody counts any more.
    world.setOpened(store, 0)
    world.setPlaced(store, 0)
  }
}
