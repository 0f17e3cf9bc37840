internal import LarderIndex

/// The checks that every store of an index passes: each operation of the contract, and what may go wrong in it.
///
/// They are data, so that any way of testing can run them. With Swift Testing they are the arguments of one test, which
/// calls each with the author's ``IndexStore``.
package enum IndexConformance {
  /// One check. It throws ``ConformanceFailure`` where the store does not keep the contract.
  package struct Check: Sendable, CustomStringConvertible {
    package let description: String
    private let body: @Sendable (ConformanceScene) throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (ConformanceScene) throws -> Void) {
      self.description = description
      self.body = body
    }

    /// Runs the check on new indexes of a store.
    package func callAsFunction(_ store: any IndexStore) throws {
      try ConformanceScene.with(store) { scene in try body(scene) }
    }
  }

  /// All checks that run within one process.
  package static let checks: [Check] =
    commits + groups + removals + selections + trees + withdrawals + reading + sweeping + moving + histories + sharing
    + opening + storage + faults + scale
}

/// What a check found.
package struct ConformanceFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ words: String, file: String = #fileID, line: Int = #line) { description = "\(file):\(line): \(words)" }
}

func expect(
  _ condition: @autoclosure () throws -> Bool, _ words: @autoclosure () -> String = "does not hold",
  file: String = #fileID, line: Int = #line
) throws {
  if try !condition() { throw ConformanceFailure(words(), file: file, line: line) }
}

func require<Value>(
  _ value: @autoclosure () throws -> Value?, file: String = #fileID, line: Int = #line
) throws -> Value {
  guard let value = try value() else { throw ConformanceFailure("is not there", file: file, line: line) }
  return value
}

/// Runs what has to be refused, and gives the refusal.
@discardableResult
func refusal(
  _ code: IndexError.Code? = nil, file: String = #fileID, line: Int = #line, of body: () throws -> Void
) throws -> IndexError {
  do { try body() } catch let error as IndexError {
    if let code, error.code != code {
      throw ConformanceFailure("\(error.code) in place of \(code): \(error.message)", file: file, line: line)
    }
    return error
  }
  throw ConformanceFailure("was not refused", file: file, line: line)
}
