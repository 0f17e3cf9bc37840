import LarderTesting
import Testing

/// A suite that finds nothing proves nothing.
@Suite("The conformance checks", .serialized, .timeLimit(.minutes(10))) struct PlantedFaultTests {
  /// Those that take long find nothing here that the others do not.
  private static let checks = IndexConformance.checks.filter { check in
    !["100,000", "any call", "any two calls"].contains { check.description.contains($0) }
      && !check.description.hasPrefix("files")
  }

  @Test("find a planted fault", arguments: PlantedFault.allCases.filter { $0 != .nothing })
  func finds(_ fault: PlantedFault) {
    var failures: [String] = []
    for check in Self.checks where failures.isEmpty {
      do { try check(PlantedStore(fault: fault)) } catch { failures.append("\(check): \(error)") }
    }
    #expect(!failures.isEmpty)
  }

  @Test("find none where none was planted")
  func findsNothing() throws {
    for check in Self.checks { try check(PlantedStore(fault: .nothing)) }
  }
}
