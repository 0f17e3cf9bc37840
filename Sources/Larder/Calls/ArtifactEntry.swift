public import FoundationEssentials
public import LarderFormat
package import LarderIndex
internal import LarderSystem

/// What a cache knows of an artifact.
public struct ArtifactEntry: Hashable, Sendable {
  /// The key.
  public var key: ArtifactKey
  /// The namespace; "" for none.
  public var namespace: String
  /// The function; "" for an artifact that was put under a bare key.
  public var function: String
  /// The version of the function; "" for none.
  public var version: String
  /// The size of the content in bytes.
  public var size: Int64
  /// The stored size of its blob in bytes; 0 where it is gone.
  public var storedSize: Int64
  /// How the blob is stored; nil where it is gone.
  public var encoding: Encoding?
  /// The form of the value, such as `data`, `text`, `array/f64le` or `cbor/1`.
  public var representation: String
  /// The computing time that each use saves.
  public var cost: Duration
  /// How often it was used, its put included; recorded in batches.
  public var uses: Int64
  /// When it was put.
  public var created: Date
  /// When it was last used; recorded in batches.
  public var lastUse: Date
  /// When it ceases to be served; nil for never.
  public var expires: Date?
  /// The words it can be selected by.
  public var tags: [String]

  package init(_ stored: StoredEntry) {
    let record = stored.record
    key = record.key
    namespace = record.namespace
    function = record.function
    version = record.version
    size = record.size
    storedSize = stored.blob?.record.form.storedSize ?? 0
    encoding = stored.blob?.record.form.encoding
    representation = record.representation
    cost = .nanoseconds(record.cost)
    uses = stored.use.uses
    created = Date(record.created)
    lastUse = Date(stored.use.last)
    expires = record.notAfter.map(Date.init)
    tags = record.tags
  }
}

extension Date {
  init(_ time: Timestamp) { self.init(timeIntervalSince1970: Double(time.nanoseconds) / 1e9) }
}

/// What a lookup gave.
public enum ArtifactLookup<Value> {
  /// The value, and its entry.
  case hit(Value, ArtifactEntry)
  /// Why there is no value.
  case miss(MissReason)

  /// The value of a hit.
  public var value: Value? {
    if case .hit(let value, _) = self { value } else { nil }
  }

  /// The reason of a miss.
  public var reason: MissReason? {
    if case .miss(let reason) = self { reason } else { nil }
  }
}

extension ArtifactLookup: Sendable where Value: Sendable {}
