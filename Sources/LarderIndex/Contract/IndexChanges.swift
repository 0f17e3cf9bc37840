package import LarderFormat
package import LarderSystem

/// An entry to be committed, with the blobs that it needs.
package struct EntryCommit: Sendable {
  /// Where a blob comes from.
  package enum BlobSource: Hashable, Sendable {
    /// A blob that the session has placed. Where the domain got a live row with this content in the meantime, that
    /// row is used and the placed file becomes surplus.
    case placed(BlobRecord, Seal)
    /// A row that was seen live; refused as ``CommitOutcome/Refusal/blobGone`` when it no longer is.
    case existing(BlobID)
    /// The same, of a row whose file the caller has checked and made durable since: with the commit it is marked so.
    case flushed(BlobID)
    /// A placed blob that takes the place of a row whose bytes proved missing or damaged: the old row is condemned
    /// and everything that referred to it refers to the new one.
    case healed(BlobID, BlobRecord, Seal)
  }

  /// What happens to an entry that is there already.
  package enum Mode: Hashable, Sendable {
    case replace
    /// The entry that is there stays, and is returned.
    case ifAbsent
    /// Replaced only if it still has this seal.
    case ifSeal(Seal)
  }

  package var session: SessionID
  package var entry: EntryRecord
  package var seal: Seal
  package var blob: BlobSource
  /// The files of a tree, whose manifest is `blob`.
  package var children: [BlobSource]
  package var mode: Mode
  /// What the lookup saw of ``CacheIndex/removals()``; nil when the key need not have outlived a removal.
  package var removalsSeen: Int64?

  package init(
    session: SessionID, entry: EntryRecord, seal: Seal, blob: BlobSource, children: [BlobSource] = [],
    mode: Mode = .replace, removalsSeen: Int64? = nil
  ) {
    self.session = session
    self.entry = entry
    self.seal = seal
    self.blob = blob
    self.children = children
    self.mode = mode
    self.removalsSeen = removalsSeen
  }
}

/// What became of a commit.
package enum CommitOutcome: Sendable {
  /// Committed. `surplus` are placed blobs whose content had got a row in the meantime, `condemned` blobs that lost their
  /// last reference: the files of both may be unlinked, and the condemned rows then forgotten.
  case committed(surplus: [BlobName], condemned: [CondemnedBlob])
  /// Nothing was changed: the mode was ``EntryCommit/Mode/ifAbsent`` and this entry is there, or it was
  /// ``EntryCommit/Mode/ifSeal(_:)`` and the entry has another seal.
  case present(StoredEntry)
  /// Nothing was changed.
  case refused(Refusal)

  package enum Refusal: Hashable, Sendable {
    /// A row that the commit counted on is no longer live: place the blob and commit again.
    case blobGone
    /// The session was declared dead, perhaps while this process was stopped: open another one.
    case sessionClosed
    /// The index moved, or is being upgraded.
    case indexClosed
    /// A user removed the key while it was computed.
    case invalidated
  }
}

/// A blob that is announced for deletion: its file, which no live row places, may be unlinked, then its row forgotten.
package struct CondemnedBlob: Hashable, Sendable {
  package var id: BlobID
  /// The file; nil for an inline blob.
  package var name: BlobName?
  /// Why its file is to be moved aside and not unlinked; nil where it is unlinked. The row keeps this, for whoever finishes
  /// what a killed process began.
  package var evidence: String?
  /// Whether its file was durable when it was condemned; a condemned row that is read again does not say.
  package var wasDurable: Bool

  package init(id: BlobID, name: BlobName?, evidence: String? = nil, wasDurable: Bool = false) {
    self.id = id
    self.name = name
    self.evidence = evidence
    self.wasDurable = wasDurable
  }
}

/// Which entries a user removes.
package struct EntryRemoval: Hashable, Sendable {
  package var keys: [ArtifactKey]
  package var time: Timestamp
  /// The seals of the entries that were seen, in the order of the keys, where ``CacheIndex/announce(_:at:)`` has said before
  /// that they are meant: what was put in the place of one of them since then stays.
  package var announced: [Seal]?

  package init(keys: [ArtifactKey], time: Timestamp, announced: [Seal]? = nil) {
    self.keys = keys
    self.time = time
    self.announced = announced
  }

  /// A part of it, to be done in a transaction of its own.
  package subscript(range: Range<Int>) -> EntryRemoval {
    EntryRemoval(keys: Array(keys[range]), time: time, announced: announced.map { Array($0[range]) })
  }
}

/// What was seen of an entry that is to be dropped. Its seal alone does not tell it from what a put has healed meanwhile.
package struct EntrySighting: Hashable, Sendable {
  package var seal: Seal
  /// The live row that it referred to; nil where there was none.
  package var blob: BlobID?
  /// How many files its tree had rows for; nil where that does not matter.
  package var files: Int?

  package init(_ entry: StoredEntry, files: Int? = nil) {
    self.init(seal: entry.seal, blob: entry.blob?.id, files: files)
  }

  package init(seal: Seal, blob: BlobID?, files: Int? = nil) {
    self.seal = seal
    self.blob = blob
    self.files = files
  }
}

/// What a removal did.
package struct RemovalOutcome: Hashable, Sendable {
  /// The keys that had an entry.
  package var removed: [ArtifactKey]
  package var condemned: [CondemnedBlob]
  /// The stored bytes of the blobs that lost their last reference.
  package var storedBytes: Int64

  package init(removed: [ArtifactKey] = [], condemned: [CondemnedBlob] = [], storedBytes: Int64 = 0) {
    self.removed = removed
    self.condemned = condemned
    self.storedBytes = storedBytes
  }
}

/// An index that cannot do what it was asked for.
package struct IndexError: Error, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// Somebody else held it for longer than the deadline.
    case busy
    /// Its bytes are not those of an index, or not sound.
    case damaged
    /// It is of a format that this version does not read, or belongs to another cache.
    case foreign
    /// It may not be written.
    case readOnly
    /// The disk or the quota is full.
    case full
    /// A limit on the size of one file is reached: room on the disk would not help.
    case fileLimit
    /// There is none.
    case missing
    /// The store refused for another reason.
    case failed
  }

  package var code: Code
  /// What failed, on what, and what to do.
  package var message: String
  /// Whether the commit itself failed: what the transaction did is not there now, but a part of the log that was
  /// written may bring it to light after a crash. Whoever wrote it must not take it for undone.
  package var isOutcomeUnknown: Bool

  package init(_ code: Code, _ message: String, isOutcomeUnknown: Bool = false) {
    self.code = code
    self.message = message
    self.isOutcomeUnknown = isOutcomeUnknown
  }

  package var description: String { message }
}
