/// All states that were reached, each once, in the order in which they were.
///
/// Hashing with open addresses over plain words: a `Set` of structures is ten times slower where nothing is optimised.
struct StateTable: ~Copyable {
  private var words: UnsafeMutablePointer<UInt64>
  private var capacity: Int
  private var slots: UnsafeMutablePointer<UInt32>
  private var slotCount: Int
  private(set) var count = 0

  init() {
    capacity = 1 << 12
    words = .allocate(capacity: capacity &* World.words)
    slotCount = 1 << 14
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: .max, count: slotCount)
  }

  deinit {
    words.deallocate()
    slots.deallocate()
  }

  subscript(index: Int) -> World {
    let at = words + index &* World.words
    return World(
      blobs: at[0], names: at[1], edges: at[2], tables: at[3], stores: at[4], seat0: at[5], seat1: at[6], seat2: at[7],
      seat3: at[8], seat4: at[9], seat5: at[10])
  }

  /// Whether the state is new; then it has been added.
  mutating func insert(_ world: World) -> Bool {
    if count &* 2 >= slotCount { growSlots() }
    var slot = Self.hash(world) & (slotCount &- 1)
    while slots[slot] != .max {
      if matches(Int(slots[slot]), world) { return false }
      slot = (slot &+ 1) & (slotCount &- 1)
    }
    slots[slot] = UInt32(count)
    append(world)
    return true
  }

  private mutating func append(_ world: World) {
    if count == capacity {
      let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity &* 2 &* World.words)
      larger.moveInitialize(from: words, count: capacity &* World.words)
      words.deallocate()
      words = larger
      capacity &*= 2
    }
    let at = words + count &* World.words
    at[0] = world.blobs
    at[1] = world.names
    at[2] = world.edges
    at[3] = world.tables
    at[4] = world.stores
    at[5] = world.seat0
    at[6] = world.seat1
    at[7] = world.seat2
    at[8] = world.seat3
    at[9] = world.seat4
    at[10] = world.seat5
    count &+= 1
  }

  private func matches(_ index: Int, _ world: World) -> Bool {
    let at = words + index &* World.words
    return at[0] == world.blobs && at[3] == world.tables && at[5] == world.seat0 && at[6] == world.seat1
      && at[7] == world.seat2 && at[8] == world.seat3 && at[9] == world.seat4 && at[10] == world.seat5
      && at[1] == world.names && at[2] == world.edges && at[4] == world.stores
  }

  private mutating func growSlots() {
    slots.deallocate()
    slotCount &*= 4
    slots = .allocate(capacity: slotCount)
    slots.initialize(repeating: .max, count: slotCount)
    for index in 0..<count {
      var slot = Self.hash(self[index]) & (slotCount &- 1)
      while slots[slot] != .max { slot = (slot &+ 1) & (slotCount &- 1) }
      slots[slot] = UInt32(index)
    }
  }

  private static func hash(_ world: World) -> Int {
    let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    var hash = world.blobs &* factor
    hash = (hash ^ (hash &>> 29) ^ world.names) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.edges) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.tables) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.stores) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat0) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat1) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat2) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat3) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat4) &* factor
    hash = (hash ^ (hash &>> 29) ^ world.seat5) &* factor
    return Int(truncatingIfNeeded: (hash ^ (hash &>> 32)) & 0xFFFF_FFFF)
  }
}
