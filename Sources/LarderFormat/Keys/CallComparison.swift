/// What differs between two calls.
///
/// Whether two arguments are equal is decided by their digests in the documents, and where in an argument they differ by
/// the values that were kept: `optimizer.learningRate`.
package struct CallComparison: Hashable, Sendable {
  /// One thing that is not the same.
  package struct Difference: Hashable, Sendable {
    package enum Subject: String, Sendable, CaseIterable {
      case namespace, function, version, argument, environment
      /// An argument that is not part of the key.
      case unkeyed
    }

    package enum Change: String, Sendable, CaseIterable { case changed, added, removed }

    package let subject: Subject
    /// The name of the argument or environment value, and where in it; empty for the parts of a call's name.
    package let path: String
    /// Nil where only the new call has it.
    package let old: Content?
    /// Nil where only the old call has it.
    package let new: Content?

    package var change: Change { old == nil ? .added : new == nil ? .removed : .changed }
  }

  /// What a call has at a path.
  package struct Content: Hashable, Sendable {
    /// Nil where nothing but a digest was kept, and for the parts of a call's name.
    package let kind: CallDetail.Kind?
    /// For people; nil where nothing of it was kept.
    package let preview: String?
    /// Nil where it was not kept.
    package let value: CBORValue?
  }

  package private(set) var differences: [Difference] = []
  /// Whether of both calls the arguments are known. Entries that were put under bare keys have none.
  package let isComplete: Bool

  package init(_ old: RecordedCall, _ new: RecordedCall) {
    isComplete = old.isDocumented && new.isDocumented
    compare(.namespace, old.namespace, new.namespace)
    compare(.function, old.function, new.function)
    compare(.version, old.version, new.version)
    compare(.argument, old.arguments, new.arguments)
    compare(.environment, old.environment, new.environment)
  }

  private mutating func compare(_ subject: Difference.Subject, _ old: String, _ new: String) {
    if old.utf8.elementsEqual(new.utf8) { return }
    differences.append(Difference(subject: subject, path: "", old: Content(name: old), new: Content(name: new)))
  }

  private mutating func compare(
    _ subject: Difference.Subject, _ old: [RecordedCall.Part], _ new: [RecordedCall.Part]
  ) {
    var others: [[UInt8]: RecordedCall.Part] = [:]
    for part in new { others[Array(part.name.utf8)] = part }
    for part in old {
      let other = others.removeValue(forKey: Array(part.name.utf8))
      if let other, part.digest == other.digest, part.digest != nil || part.isSame(as: other) { continue }
      let isUnkeyed = part.digest == nil && other?.digest == nil
      compare(isUnkeyed ? .unkeyed : subject, part, other)
    }
    for part in new where others[Array(part.name.utf8)] != nil {
      differences.append(
        Difference(
          subject: part.digest == nil ? .unkeyed : subject, path: ArgumentPath.beginning(part.name), old: nil,
          new: Content(part)))
    }
  }

  private mutating func compare(
    _ subject: Difference.Subject, _ old: RecordedCall.Part, _ new: RecordedCall.Part?
  ) {
    let path = ArgumentPath.beginning(old.name)
    if let new, let kind = old.kind, kind == new.kind, let before = old.value, let after = new.value {
      var walk = ValueWalk(subject, kind)
      walk.compare(before, after, path)
      // Values that are equal although their digests differ cannot be; should they be, the digests are right.
      if !walk.differences.isEmpty { return differences += walk.differences }
    }
    differences.append(Difference(subject: subject, path: path, old: Content(old), new: new.map(Content.init)))
  }
}

extension CallComparison.Content {
  fileprivate init(name: String) { self.init(kind: nil, preview: name, value: .text(name)) }
  fileprivate init(_ part: RecordedCall.Part) { self.init(kind: part.kind, preview: part.preview, value: part.value) }
}

extension RecordedCall.Part {
  /// For what no digest stands for.
  fileprivate func isSame(as other: Self) -> Bool {
    kind == other.kind && preview == other.preview && (try? value?.encoded()) == (try? other.value?.encoded())
  }
}

/// Goes down two values as far as both are alike, to find where they differ.
private struct ValueWalk {
  private let subject: CallComparison.Difference.Subject
  private let kind: CallDetail.Kind
  private(set) var differences: [CallComparison.Difference] = []

  init(_ subject: CallComparison.Difference.Subject, _ kind: CallDetail.Kind) {
    self.subject = subject
    self.kind = kind
  }

  mutating func compare(_ old: CBORValue, _ new: CBORValue, _ path: String) {
    switch (old, new) {
    case (.map(let before), .map(let after)): compare(before, after, path)
    case (.array(let before), .array(let after)):
      for index in 0..<max(before.count, after.count) {
        step(
          index < before.count ? before[index] : nil, index < after.count ? after[index] : nil, path + "[\(index)]")
      }
    case (.tag(CBORTag.some, let before), .tag(CBORTag.some, let after)): compare(before, after, path)
    default:
      // The bytes decide: two texts can be equal to Swift and yet differ.
      if (try? old.encoded()) != (try? new.encoded()) { append(old, new, path) }
    }
  }

  private mutating func compare(_ old: [CBORValue.Pair], _ new: [CBORValue.Pair], _ path: String) {
    var others: [[UInt8]: CBORValue] = [:]
    for pair in new { if let key = try? pair.key.encoded() { others[key] = pair.value } }
    for pair in old {
      let other = (try? pair.key.encoded()).flatMap { others.removeValue(forKey: $0) }
      step(pair.value, other, path + ArgumentPath.step(pair.key))
    }
    for pair in new {
      if let key = try? pair.key.encoded(), others[key] != nil {
        append(nil, pair.value, path + ArgumentPath.step(pair.key))
      }
    }
  }

  private mutating func step(_ old: CBORValue?, _ new: CBORValue?, _ path: String) {
    if let old, let new { compare(old, new, path) } else { append(old, new, path) }
  }

  private mutating func append(_ old: CBORValue?, _ new: CBORValue?, _ path: String) {
    differences.append(.init(subject: subject, path: path, old: old.map(content), new: new.map(content)))
  }

  private func content(_ value: CBORValue) -> CallComparison.Content {
    .init(kind: kind, preview: (try? value.encoded()).map { CBORPreview.text(of: $0) }, value: value)
  }
}
