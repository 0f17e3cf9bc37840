import Foundation
internal import LarderCrypto
internal import LarderFormat
internal import LarderIndex
internal import LarderSystem

extension IndexConformance {
  static let storage: [Check] = [
    Check("files that are cut off anywhere are refused or give what was committed, and nothing else") { scene in
      try damage(scene) { bytes, generator in
        Array(bytes.prefix(.random(in: 0..<max(bytes.count, 1), using: &generator)))
      }
    },
    Check("files with a changed byte are refused or give what was committed, and nothing else") { scene in
      try damage(scene) { bytes, generator in
        var bytes = bytes
        if let place = bytes.indices.randomElement(using: &generator) {
          bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
        return bytes
      }
    },
    Check("files with zeros in place of a block are refused or give what was committed, and nothing else") { scene in
      try damage(scene) { bytes, generator in
        var bytes = bytes
        guard let start = bytes.indices.randomElement(using: &generator) else { return bytes }
        for place in start..<min(start + 4096, bytes.count) { bytes[place] = 0 }
        return bytes
      }
    },
    Check("files of something else are refused and stay as they are") { scene in
      guard let file = scene.store.files.first else { return }
      for text in ["#!/bin/sh\n", "{}", String(repeating: "x", count: 10_000), "\u{0}\u{0}\u{0}"] {
        try scene.withPlace { place in
          let path = place + "/" + file
          try Data(text.utf8).write(to: URL(filePath: path))
          for readOnly in [true, false] {
            let error = try refusal { _ = try scene.store.open(in: place, readOnly: readOnly) }
            try expect([.foreign, .damaged].contains(error.code), "\(error.code): \(error.message)")
          }
          try refusal { _ = try scene.store.create(in: place, identity: .sample) }
          try expect(try Data(contentsOf: URL(filePath: path)) == Data(text.utf8))
        }
      }
    },
  ]
}

/// Damages the files of a closed index a number of times, and looks at what can be read then.
private func damage(
  _ scene: ConformanceScene, _ change: ([UInt8], inout SplitMix) -> [UInt8]
) throws {
  if scene.store.files.isEmpty { return }
  try scene.withPlace { place in
    let index = try scene.store.create(in: place, identity: .sample)
    try index.open(.sample)
    var seals: [ArtifactKey: Set<Seal>] = [:]
    for number in UInt64(0)..<60 {
      let put = EntryCommit.put(
        "k\(number % 50)", number.isMultiple(of: 2) ? .file("v\(number)", number: number) : .inline("i\(number)"))
      _ = try index.commit(put)
      seals[put.entry.key, default: []].insert(put.seal)
    }
    index.close()
    var generator = SplitMix(seed: 5)
    for round in 0..<120 {
      let copy = place + ".copy"
      try makeDirectories(copy)
      defer { try? FileManager.default.removeItem(atPath: copy) }
      let there = scene.store.files.filter { FileManager.default.fileExists(atPath: place + "/" + $0) }
      let struck = try require(there.randomElement(using: &generator))
      for file in there {
        var bytes = try [UInt8](Data(contentsOf: URL(filePath: place + "/" + file)))
        if file == struck { bytes = change(bytes, &generator) }
        try Data(bytes).write(to: URL(filePath: copy + "/" + file))
      }
      do {
        let left = try scene.store.open(in: copy, readOnly: round.isMultiple(of: 2))
        for (key, seals) in seals {
          // A row that cannot be read is an error, or is not there; one that was altered has a seal that tells.
          guard let entry = try? left.entry(for: key), sealer.verifies(entry.record, entry.seal) else { continue }
          try expect(
            entry.record.key == key && seals.contains(entry.seal), "round \(round): another entry under its key")
        }
        left.close()
      } catch let error as IndexError {
        try expect(
          error.code == .damaged || error.code == .foreign || error.code == .missing || error.code == .failed,
          "round \(round), \(struck): \(error.code): \(error.message)")
      }
    }
  }
}
