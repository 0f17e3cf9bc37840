/// A setting with its value and where that comes from.
package struct Setting: Hashable, Sendable {
  /// Where a value comes from, the highest first.
  package enum Origin: Hashable, Sendable {
    case invocation(Invocation.Origin)
    case cache, `default`
  }

  package enum Value: Hashable, Sendable {
    case flag(Bool)
    case text(String)
    /// Nil for no limit.
    case size(Int64?)
    case duration(Duration)
    /// Switched off, or not there.
    case none
    /// A secret.
    case hidden
  }

  /// The long name of its option; of a variable without an option what stands behind `LARDER_`, in small letters.
  package let name: String
  package let value: Value
  package let origin: Origin
  /// The variable that sets it; nil where none does.
  package let variable: String?

  package init(_ name: String, _ value: Value, _ origin: Origin, variable: String?) {
    self.name = name
    self.value = value
    self.origin = origin
    self.variable = variable
  }
}
