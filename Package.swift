// swift-tools-version: 6.2
import PackageDescription

// Modules in the order of the house: an arrow goes from a later line to an earlier one, never back.
// Each C library is imported by exactly one Swift module.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(
  _ name: String, in path: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .executableTarget(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources, swiftSettings: settings)
}

/// A program of somebody else's, with settings of its own: the front door must read the same from each of them.
func client(_ name: String, _ settings: [SwiftSetting]) -> Target {
  .testTarget(
    name: "\(name)ClientTests", dependencies: ["Larder"], path: "Tests/Clients/\(name)",
    swiftSettings: settings + [.treatAllWarnings(as: .error)])
}

let package = Package(
  name: "larder",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Larder", targets: ["Larder"]),
    .executable(name: "larder", targets: ["larder-command"]),
    .library(name: "LarderTesting", targets: ["LarderTesting"]),
  ],
  targets: [
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "CSystem"),

    library("LarderSystem", ["CSystem"]),
    library("LarderCrypto", ["CCrypto", "LarderSystem"]),
    library("LarderFormat", ["LarderSystem", "LarderCrypto"]),
    library("LarderBlobs", ["CZstd", "CLZ4", "LarderSystem", "LarderCrypto", "LarderFormat"]),
    library("LarderIndex", ["CSQLite", "LarderSystem", "LarderCrypto", "LarderFormat"]),
    library("Larder", ["LarderSystem", "LarderCrypto", "LarderFormat", "LarderBlobs", "LarderIndex"]),
    library("LarderCommands", ["Larder", "LarderSystem", "LarderCrypto", "LarderFormat", "LarderIndex"]),
    library("LarderTesting", ["LarderSystem", "LarderCrypto", "LarderFormat", "LarderIndex"]),
    program("larder-command", in: "Sources/larder-command", ["LarderCommands"]),

    program("near-duplicates", in: "Examples/near-duplicates", ["Larder"]),

    .target(name: "Shared", path: "Tests/Shared", swiftSettings: settings),
    tests("LarderSystemTests", ["LarderSystem"]),
    tests("LarderCryptoTests", ["LarderCrypto"]),
    tests(
      "LarderFormatTests", ["LarderFormat", "LarderSystem", "LarderCrypto", "LarderTesting", "Shared"],
      resources: [.copy("Vectors")]),
    tests(
      "LarderBlobsTests", ["LarderBlobs", "LarderSystem", "LarderCrypto", "LarderFormat", "LarderTesting", "Shared"]),
    tests(
      "LarderIndexTests", ["LarderIndex", "LarderSystem", "LarderCrypto", "LarderFormat", "LarderTesting", "Shared"]),
    tests("LarderTestingTests", ["LarderTesting", "LarderIndex", "LarderSystem", "LarderCrypto", "LarderFormat"]),
    tests("DeletionProtocolTests", []),
    tests(
      "LarderTests",
      [
        "Larder", "LarderBlobs", "LarderIndex", "LarderSystem", "LarderCrypto", "LarderFormat", "LarderTesting",
        "Shared",
      ]),
    tests("ExampleTests", ["near-duplicates", "Larder", "LarderTesting", "Shared"]),
    tests(
      "LarderCommandsTests",
      [
        "LarderCommands", "Larder", "LarderIndex", "LarderSystem", "LarderCrypto", "LarderFormat", "LarderTesting",
        "Shared",
      ],
      resources: [.copy("Help")]),
    client("Plain", []),
    client("MainActorByDefault", [.defaultIsolation(MainActor.self)]),
    client("Swift5", [.swiftLanguageMode(.v5)]),
    tests("DocumentationTests", ["Larder", "LarderCommands", "LarderCrypto", "LarderSystem"]),
    program(
      "laboratory", in: "Tests/Laboratory",
      [
        "Larder", "LarderBlobs", "LarderIndex", "LarderFormat", "LarderCrypto", "LarderSystem", "LarderTesting",
        "Shared",
      ],
      exclude: ["FileSystems", "PowerCut/Driver", "Sanitizers"]
        + ["Corruption", "Injection", "Opening", "PowerCut", "Storm"].map { $0 + "/run.py" }
        + ["checker", "fleet", "history", "planted", "settled"].map { "Storm/\($0).py" }),
  ]
)
