// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who uses Larder builds what it is measured with.

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "larder-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "larder", path: "..")],
  targets: [
    // The bare primitives are measured without Larder's code. Names differ from those of its own C modules.
    .systemLibrary(
      name: "CBenchSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
    .systemLibrary(
      name: "CBenchCodec", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .systemLibrary(
      name: "CBenchCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(name: "CBenchSystem"),
    .executableTarget(
      name: "larder-benchmarks",
      dependencies: [
        .product(name: "Larder", package: "larder"), "CBenchSQLite", "CBenchCodec", "CBenchCrypto", "CBenchSystem",
      ],
      swiftSettings: settings),
  ]
)
