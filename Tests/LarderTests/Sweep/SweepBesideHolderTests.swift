import Foundation
import LarderFormat
import LarderIndex
import LarderSystem
import Testing

@testable import Larder

@Suite("A sweep while another process holds the index", .timeLimit(.minutes(3))) struct SweepBesideHolderTests {
  @Test(
    "looks at everything without waiting for it, and says that this could not be recorded",
    arguments: [nil, Duration.seconds(60)])
  func held(_ limit: Duration?) throws {
    let scene = try SweepScene()
    let (holder, input, output) = (Process(), Pipe(), Pipe())
    holder.executableURL = URL(filePath: "/usr/bin/env")
    holder.arguments = ["sqlite3", "-batch", scene.scratch.cachePath + "/index.sqlite"]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE; SELECT 'held';\n".utf8))
    // The shell prints when it has the file.
    #expect(output.fileHandleForReading.availableData.isEmpty == false)

    let start = Clock.system.uptime()
    let report = try scene.sweep { $0.maximumDuration = limit }
    // The index would wait for 30 s.
    #expect(Clock.system.uptime() - start < 20_000_000_000)
    #expect(report.isClean && report.isComplete)
    #expect(report.unrecorded?.contains("was held by another process") == true, "\(report.unrecorded ?? "")")
    #expect(try scene.store.index.sweeps().isEmpty)
    try input.fileHandleForWriting.write(contentsOf: Data("COMMIT;\n".utf8))
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()

    #expect(try scene.sweep { $0.maximumDuration = limit }.unrecorded == nil)
    #expect(try scene.store.index.sweeps().count == 257)
  }
}
