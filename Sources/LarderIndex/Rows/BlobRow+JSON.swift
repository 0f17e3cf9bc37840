internal import LarderFormat

extension BlobRow {
  /// Writes the members behind the name of the table.
  func write(to text: inout JSONWriter) {
    let form = record.form
    text.literal("\"id\":")
    text.integer(id.rawValue)
    text.literal(",\"state\":")
    text.string(state.rawValue)
    text.literal(",\"domain\":")
    text.string(record.domain)
    text.literal(",\"content_digest\":")
    text.digest(form.contentDigest)
    text.literal(",\"size\":")
    text.integer(form.contentSize)
    text.literal(",\"encoding\":")
    text.string(form.encoding.rawValue)
    text.literal(",\"stored_digest\":")
    text.digest(form.storedDigest)
    text.literal(",\"stored_size\":")
    text.integer(form.storedSize)
    switch record.place {
    case .inline(let bytes):
      text.literal(",\"place\":\"inline\",\"data\":")
      text.base64(bytes)
    case .file(let session, let number):
      text.literal(",\"place\":\"file\",\"session\":")
      text.session(session.rawValue)
      text.literal(",\"n\":")
      text.number(number)
    }
    text.literal(",\"durable\":")
    text.flag(record.durable)
    text.literal(",\"seal\":")
    text.digest(seal.digest)
    text.literal(",\"seal_key\":")
    text.string(seal.keyID)
    text.literal(",\"evidence\":")
    if let evidence { text.string(evidence) } else { text.literal("null") }
    text.literal("}")
  }

  init(from text: inout JSONReader) throws(JSONFault) {
    try text.expect("\"id\":")
    let id = BlobID(rawValue: try text.integer())
    try text.expect(",\"state\":")
    let state = try State(from: &text)
    try text.expect(",\"domain\":")
    let domain = try text.string()
    try text.expect(",\"content_digest\":")
    let contentDigest = try text.digest()
    try text.expect(",\"size\":")
    let contentSize = try text.integer()
    try text.expect(",\"encoding\":")
    let encoding = try text.encoding()
    try text.expect(",\"stored_digest\":")
    let storedDigest = try text.digest()
    try text.expect(",\"stored_size\":")
    let storedSize = try text.integer()
    try text.expect(",\"place\":")
    let place: BlobRecord.Place
    if text.take("\"inline\",\"data\":") {
      place = .inline(try text.base64())
    } else {
      try text.expect("\"file\",\"session\":")
      let session = SessionID(rawValue: try text.session())
      try text.expect(",\"n\":")
      place = .file(session: session, number: try text.number())
    }
    try text.expect(",\"durable\":")
    let durable = try text.flag()
    try text.expect(",\"seal\":")
    let sealDigest = try text.digest()
    try text.expect(",\"seal_key\":")
    let seal = Seal(digest: sealDigest, keyID: try text.string())
    try text.expect(",\"evidence\":")
    let evidence = text.take("null") ? nil : try text.string()
    try text.expect("}")
    let form = StoredForm(
      contentDigest: contentDigest, contentSize: contentSize, storedDigest: storedDigest, storedSize: storedSize,
      encoding: encoding)
    self.init(
      id: id, state: state, record: BlobRecord(domain: domain, form: form, place: place, durable: durable), seal: seal,
      evidence: evidence)
  }
}

extension BlobRow.State {
  init(from text: inout JSONReader) throws(JSONFault) {
    if text.take("\"live\"") {
      self = .live
    } else {
      try text.expect("\"condemned\"")
      self = .condemned
    }
  }
}
