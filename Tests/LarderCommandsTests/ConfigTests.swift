internal import Foundation
internal import Larder
internal import LarderCommands
internal import Testing

@Suite("Every setting with its origin")
struct ConfigTests {
  /// `name value origin` of each setting.
  private func settings(_ output: String) throws -> [String: [String]] {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    var settings: [String: [String]] = [:]
    for item in try #require(object["settings"] as? [[String: Any]]) {
      let name = try #require(item["name"] as? String)
      let value = item["value"].map { $0 is NSNull ? "null" : "\($0)" }
      settings[name] = [try #require(value), try #require(item["origin"] as? String)]
    }
    return settings
  }

  @Test("every variable of the table is among them, and no other")
  func complete() throws {
    let kitchen = try Kitchen()
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(kitchen.run("config --json").output.utf8)) as? [String: Any])
    let shown = try #require(object["settings"] as? [[String: Any]]).compactMap { $0["variable"] as? String }
    let table = ArgumentTable.larder
    let options = (table.globals.options + table.commands.flatMap(\.options)).filter(\.hasVariable).map(\.variable)
    #expect(Set(shown) == Set(options + table.variables.map(\.name)))
    #expect(Set(shown).count == shown.count)
  }

  @Test("without a cache they are what a new one gets, and none is made")
  func absent() throws {
    let kitchen = try Kitchen()
    kitchen.environment["LARDER_DURABILITY"] = "durable"
    let outcome = kitchen.run("config")
    #expect(outcome.status == 0 && outcome.messages == "")
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first == "Settings, and the choices that a new cache at '\(kitchen.cache)' gets")
    #expect(lines.contains { $0.hasPrefix("  durability   durable ") && $0.hasSuffix("  LARDER_DURABILITY") })
    #expect(lines.contains { $0.hasPrefix("  max-size     10.0 GiB ") && $0.hasSuffix("  default") })
    #expect(!outcome.output.contains("What it runs on"))
    #expect(
      kitchen.run("config --json").output.hasSuffix(
        #","read":false}],"format":null,"index":null,"directory":null}"# + "\n"))
    #expect(!FileManager.default.fileExists(atPath: kitchen.cache))
  }

  @Test("the command line comes first, then the environment, then what the cache keeps, then the defaults")
  func origins() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init --encoding lz4 --durability durable --max-size 1GiB")
    var found = try settings(kitchen.run("config --json").output)
    #expect(found["dir"] == [kitchen.cache, "environment"])
    #expect(found["encoding"] == ["lz4", "cache"])
    #expect(found["durability"] == ["durable", "cache"])
    #expect(found["max-size"] == ["1073741824", "cache"])
    #expect(found["index"] == ["sqlite:", "cache"])
    #expect(found["json"] == ["1", "option"])
    #expect(found["namespace"] == ["", "default"])

    // A put stores as the variable says; how durable the cache is was decided when it was made.
    kitchen.environment["LARDER_ENCODING"] = "raw"
    kitchen.environment["LARDER_DURABILITY"] = "fast"
    kitchen.environment["LARDER_NAMESPACE"] = "lab"
    kitchen.environment["LARDER_JSON"] = "1"
    found = try settings(kitchen.run("config --read-only --dir \(kitchen.cache)").output)
    #expect(found["dir"] == [kitchen.cache, "option"])
    #expect(found["encoding"] == ["raw", "environment"])
    #expect(found["durability"] == ["durable", "cache"])
    #expect(found["namespace"] == ["lab", "environment"])
    #expect(found["read-only"] == ["1", "option"])
    #expect(found["json"] == ["1", "environment"])
    #expect(try settings(kitchen.run("config --namespace x").output)["namespace"] == ["x", "option"])
  }

  @Test("the time to wait for others is shown in seconds")
  func wait() throws {
    let kitchen = try Kitchen()
    #expect(try settings(kitchen.run("config --json").output)["wait"] == ["30", "default"])
    #expect(try settings(kitchen.run("config --json --wait 1500ms").output)["wait"] == ["1.5", "option"])
    kitchen.environment["LARDER_WAIT"] = "2m"
    #expect(kitchen.run("config").output.contains("  wait         2 min "))
  }

  @Test("a secret is not shown, nor what is not there")
  func secrets() throws {
    let kitchen = try Kitchen()
    #expect(try settings(kitchen.run("config --json").output)["pepper"] == ["null", "default"])
    _ = kitchen.run("init")
    #expect(
      try settings(kitchen.run("config --json").output)["pepper"] == [
        kitchen.path + "/home/.config/larder/pepper", "default",
      ])
    kitchen.environment["LARDER_PEPPER"] = "a secret that nobody may see"
    kitchen.environment["LARDER_MEMO"] = ""
    #expect(!kitchen.run("config").output.contains("nobody"))
    let found = try settings(kitchen.run("config --json").output)
    #expect(found["pepper"] == ["null", "environment"])
    #expect(found["memo"] == ["null", "environment"])
  }

  @Test("what the cache runs on is found out without a trace")
  func facts() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("put -f f", input: bytes(10_000, seed: 8))
    let before = try kitchen.inventory(kitchen.cache)
    let lines = kitchen.run("config").output.split(separator: "\n").map(String.init)
    let ground = lines.drop { $0 != "What it runs on" }
    #expect(ground.contains("  format            1"))
    #expect(ground.contains("  index             sqlite, index.sqlite, format 1"))
    #expect(ground.count == 10)
    #expect(!ground.contains { $0.hasSuffix("not tried") })
    #if os(Linux)
      // Every local file system of Linux has these.
      for ability in [
        "exclusive rename  yes", "links             yes", "syncfs            yes", "network           no",
      ] {
        #expect(ground.contains("  " + ability))
      }
    #endif
    #expect(kitchen.run("config --read-only").output.contains("  exclusive rename  not tried\n"))
    #expect(try kitchen.inventory(kitchen.cache) == before)
  }

  @Test("names of a directory that steer a terminal are shown, not obeyed")
  func hostile() throws {
    let kitchen = try Kitchen()
    let outcome = kitchen.run(["config", "--dir", kitchen.path + "/a\u{1B}[2Jb"])
    #expect(outcome.status == 0 && !outcome.output.contains("\u{1B}"))
  }

  @Test("what a report shows of each fact")
  func report() throws {
    let kitchen = try Kitchen()
    _ = kitchen.run("init")
    let text = try kitchen.content(kitchen.cache + "/larder.json")
    let facts = DirectoryFacts(
      fileSystem: "nfs4", isNetwork: true, indexFormat: 1, unnamedFiles: false, exclusiveRename: nil, links: true,
      syncsFileSystem: true, reflinks: false)
    let report = ConfigReport(
      directory: "/c", settings: [Setting("max-size", .size(nil), .cache, variable: nil)],
      files: [(SettingsFile(.project, "/p/.larder.json"), true), (SettingsFile(.user, "/u/config.json"), false)],
      description: try CacheDescription(reading: text, path: "larder.json"), facts: facts)
    #expect(
      report.lines == [
        "Settings for the cache at '/c'", "  max-size  no limit  larder.json", "Settings files",
        "  project  /p/.larder.json", "  user     /u/config.json   not there", "What it runs on",
        "  format            1",
        "  index             sqlite, index.sqlite, format 1", "  file system       nfs4",
        "  network           yes: only one host may use the cache", "  unnamed files     no",
        "  exclusive rename  not tried", "  links             yes", "  syncfs            yes", "  reflinks          no",
      ])
    #expect(
      JSONText.object(report.json)
        == #"{"schema":"larder.config/1","dir":"/c","exists":true,"settings":[{"name":"max-size","value":null,"#
        + #""origin":"cache","file":null,"variable":null}],"files":[{"kind":"project","path":"/p/.larder.json","read":true},"#
        + #"{"kind":"user","path":"/u/config.json","read":false}],"format":1,"index":{"kind":"sqlite","place":"index.sqlite","format":1},"#
        + #""directory":{"file_system":"nfs4","network":true,"unnamed_files":false,"exclusive_rename":null,"links":true,"#
        + #""syncfs":true,"reflinks":false}}"#)
  }
}
