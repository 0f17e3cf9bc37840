import LarderCrypto
import Testing

@testable import LarderFormat

/// Files and directories that are not there, and a fixed pepper.
struct FixedInputs: InputResolver {
  var files: [String: FileIdentity] = [:]
  var trees: [String: [TreeItem]] = [:]
  var pepperBytes = Array("pepper".utf8)

  struct Missing: Error {}

  func file(_ path: String) throws -> FileIdentity {
    guard let file = files[path] else { throw Missing() }
    return file
  }

  func tree(_ path: String) throws -> [TreeItem] {
    guard let tree = trees[path] else { throw Missing() }
    return tree
  }

  func pepper() throws -> [UInt8] { pepperBytes }
}

@Suite("published keys") struct KeyVectorTests {
  @Test(
    "the published vectors hold",
    arguments: [
      ("no arguments", [:], "6e73f8ad889e2ce6c04e6990fe1d859bb8285962c5e73d53f0b81e799af3bb4e"),
      ("x: 1", ["x": 1], "7a82ab3f56008427ca5744ac607c2248f66e6d9b27447456346d069944362ef1"),
      ("x: 1.0", ["x": 1.0], "2e2c12479dc4509da7e5277aae23d6120dec7a3730f1f8888afac5de3f9d961f"),
    ] as [(String, KeyArguments, String)])
  func published(_ name: String, _ arguments: KeyArguments, _ key: String) throws {
    let document = try Call("f", version: "1", arguments)
      .document(namespace: "", environment: .portable, inputs: FixedInputs())
    #expect(document.key.description == key)
  }

  @Test("the published document holds, byte for byte")
  func document() throws {
    let document = try Call("f", version: "1", ["x": 1])
      .document(namespace: "", environment: .portable, inputs: FixedInputs())
    #expect(
      hexadecimal(document.cbor)
        == "a661760162666e6166626e736063656e76a06376657261316461726773a16178582062a57d15bd01b27563551593e3747693"
        + "026a47293ecc9fa9a88695867fd00546")
    #expect(try KeyDocument(decoding: document.cbor) == document)
  }
}
