internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let opening: [Check] = [
    Check("what was committed is there when the index is opened again, also for reading only") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try index.open(.sample)
        for number in 0..<50 { _ = try index.commit(.put("\(number)", .inline("v\(number)"))) }
        index.close()
        for readOnly in [true, false] {
          try scene.withIndex(in: place, readOnly: readOnly) { again in
            try expect(again.identity == .sample)
            for number in 0..<50 { try expect(try again.entry(for: key("\(number)"))?.blob != nil, "\(number)") }
            try again.verify()
          }
        }
      }
    },
    Check("an index that is opened for reading only refuses to be changed, and stays as it is") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try index.open(.sample)
        _ = try index.commit(.put("a", .file("v", number: 1)))
        try scene.withIndex(in: place, readOnly: true) { reader in
          try refusal(.readOnly) { _ = try reader.commit(.put("b", .inline("w"))) }
          try refusal(.readOnly) { _ = try reader.remove(EntryRemoval(keys: [key("a")], time: time(1))) }
          try refusal(.readOnly) { try reader.open(.other) }
          try refusal(.readOnly) { try reader.record([UseRecord(key: key("a"), count: 1, last: time(1))], []) }
          try expect(try reader.entry(for: key("a")) != nil)
        }
        try expect(try index.totals().entries == 1)
        index.close()
      }
    },
    Check("who makes an index that is there gets the one that is there") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        let first = try scene.store.create(in: place, identity: .sample)
        try first.open(.sample)
        _ = try first.commit(.put("a", .inline("v")))
        let other = IndexIdentity(cacheID: IndexIdentity.sample.cacheID, indexID: CacheID(high: 9, low: 9))
        let second = try scene.store.create(in: place, identity: other)
        try expect(second.identity == .sample)
        try expect(try second.entry(for: key("a")) != nil)
        first.close()
        second.close()
      }
    },
    Check("where there is no index, that is what is said") { scene in
      guard scene.store.isShared else { return }
      try scene.withPlace { place in
        for readOnly in [true, false] {
          let error = try refusal(.missing) { _ = try scene.store.open(in: place, readOnly: readOnly) }
          try expect(!error.message.isEmpty)
        }
      }
    },
    Check("a closed index refuses every call, and a second closing is none") { scene in
      try scene.withPlace { place in
        let index = try scene.store.create(in: place, identity: .sample)
        try index.open(.sample)
        index.close()
        index.close()
        try refusal { _ = try index.entry(for: key("a")) }
        try refusal { _ = try index.commit(.put("a", .inline("v"))) }
        try refusal { _ = try index.totals() }
      }
    },
  ]
}
