import Foundation
import Larder
import Testing

// An application whose types all live on the main actor unless they say otherwise.

struct Settings: Codable, Equatable {
  var name: String
  var levels: [Double]
}

final class Document {
  var title = "untitled"
  let cache: ArtifactCache
  init(_ cache: ArtifactCache) { self.cache = cache }

  func summary() async throws -> Settings {
    try await cache.value("summary", ["title": title]) {
      title += "!"
      await Task.yield()
      return Settings(name: title, levels: [1])
    }
  }

  func quick() throws -> Settings {
    try cache.value("quick", ["title": title]) { Settings(name: title, levels: []) }
  }
}

@Suite("A client on the main actor") struct MainActorClientTests {
  @Test("values of types that live on the main actor are cached, and computed there")
  func frontDoor() async throws {
    try await withCache { (cache) async throws in
      let document = Document(cache)
      #expect(try await document.summary() == Settings(name: "untitled!", levels: [1]))
      document.title = "untitled"
      #expect(try await document.summary() == Settings(name: "untitled!", levels: [1]))
      #expect(document.title == "untitled")
      #expect(try document.quick().name == "untitled")
      let key = try cache.key("quick", ["title": "untitled"])
      #expect(try cache.lookup(key, as: Settings.self).value?.name == "untitled")
    }
  }
}

private func withCache(_ body: (ArtifactCache) async throws -> Void) async throws {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("larder-client-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(ArtifactCache(at: path))
}
