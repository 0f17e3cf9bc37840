internal import LarderFormat

extension IndexMeta {
  func write(to text: inout JSONWriter) {
    text.literal("\"removals\":")
    text.integer(removals)
    text.literal(",\"removals_from\":")
    text.integer(removalsFrom)
    text.literal(",\"entries\":")
    text.integer(totals.entries)
    text.literal(",\"blobs\":")
    text.integer(totals.blobs)
    text.literal(",\"content_bytes\":")
    text.integer(totals.contentBytes)
    text.literal(",\"stored_bytes\":")
    text.integer(totals.storedBytes)
    text.literal(",\"last_blob\":")
    text.integer(lastBlob)
    text.literal(",\"floor\":")
    text.real(floor)
    text.literal(",\"barriers\":")
    text.integer(barriers)
    text.literal("}")
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    self.init()
    try text.expect("\"removals\":")
    removals = try text.integer()
    try text.expect(",\"removals_from\":")
    removalsFrom = try text.integer()
    try text.expect(",\"entries\":")
    totals.entries = try text.integer()
    try text.expect(",\"blobs\":")
    totals.blobs = try text.integer()
    try text.expect(",\"content_bytes\":")
    totals.contentBytes = try text.integer()
    try text.expect(",\"stored_bytes\":")
    totals.storedBytes = try text.integer()
    try text.expect(",\"last_blob\":")
    lastBlob = try text.integer()
    try text.expect(",\"floor\":")
    floor = try text.real()
    try text.expect(",\"barriers\":")
    barriers = try text.integer()
    try text.expect("}")
  }
}

extension SessionRecord {
  func write(to text: inout JSONWriter) {
    text.literal("\"id\":")
    text.session(id.rawValue)
    text.literal(",\"host\":")
    text.string(host)
    text.literal(",\"boot\":")
    text.string(boot)
    text.literal(",\"opened\":")
    text.time(opened)
    text.literal(",\"state\":")
    text.string(state.rawValue)
    text.literal("}")
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect("\"id\":")
    let id = SessionID(rawValue: try text.session())
    try text.expect(",\"host\":")
    let host = try text.string()
    try text.expect(",\"boot\":")
    let boot = try text.string()
    try text.expect(",\"opened\":")
    let opened = try text.time()
    let state: State
    if text.take(",\"state\":\"open\"}") {
      state = .open
    } else {
      try text.expect(",\"state\":\"dead\"}")
      state = .dead
    }
    self.init(id: id, host: host, boot: boot, opened: opened, state: state)
  }
}

extension TombstoneRow {
  func write(to text: inout JSONWriter) {
    text.literal("\"id\":")
    text.integer(id)
    text.literal(",\"key\":")
    text.digest(key.digest)
    text.literal(",\"namespace\":")
    text.string(namespace)
    text.literal(",\"function\":")
    text.string(function)
    text.literal(",\"version\":")
    text.string(version)
    text.literal(",\"reason\":")
    text.string(reason.rawValue)
    text.literal(",\"removed\":")
    text.time(removed)
    text.literal(",\"document\":")
    text.base64(document)
    text.literal(",\"detail\":")
    text.base64(detail)
    text.literal("}")
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect("\"id\":")
    let id = try text.integer()
    try text.expect(",\"key\":")
    let key = ArtifactKey(try text.digest())
    try text.expect(",\"namespace\":")
    let namespace = try text.string()
    try text.expect(",\"function\":")
    let function = try text.string()
    try text.expect(",\"version\":")
    let version = try text.string()
    try text.expect(",\"reason\":")
    let reason = MissReason(rawValue: try text.string())
    try text.expect(",\"removed\":")
    let removed = try text.time()
    try text.expect(",\"document\":")
    let document = try text.base64()
    try text.expect(",\"detail\":")
    let detail = try text.base64()
    try text.expect("}")
    self.init(
      id: id, key: key, namespace: namespace, function: function, version: version, reason: reason, removed: removed,
      document: document, detail: detail)
  }
}

extension Statistic {
  func write(to text: inout JSONWriter) {
    text.literal("\"day\":")
    text.integer(day)
    text.literal(",\"namespace\":")
    text.string(namespace)
    text.literal(",\"function\":")
    text.string(function)
    text.literal(",\"name\":")
    text.string(name)
    text.literal(",\"value\":")
    text.integer(value)
    text.literal("}")
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect("\"day\":")
    let day = try text.integer()
    try text.expect(",\"namespace\":")
    let namespace = try text.string()
    try text.expect(",\"function\":")
    let function = try text.string()
    try text.expect(",\"name\":")
    let name = try text.string()
    try text.expect(",\"value\":")
    let value = try text.integer()
    try text.expect("}")
    self.init(day: day, namespace: namespace, function: function, name: name, value: value)
  }
}
