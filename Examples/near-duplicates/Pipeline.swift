import Larder

/// Finds files that are nearly the same, in three steps that build on one another, and writes a report of them.
///
/// Every step is one cached call for each input. Change a file, and the calls that read this file run again; the
/// others come from the cache. Two files with the same bytes have the same key, so they are one call.
struct Pipeline: Sendable {
  /// What the results depend on besides the files: each number is an argument of the calls that it influences, so
  /// changing one is enough to have exactly those computed anew.
  struct Settings: Sendable {
    var shingleLength = 9
    var permutations = 512
    var bandRows = 3
    var leastSimilarity = 0.3
    var mostCells = 24_000_000
  }

  let cache: ArtifactCache
  let tree: FileTree
  let workers: Workers
  var settings = Settings()

  struct Outcome: Sendable {
    let findings: Findings
    let steps: [StepTally]
  }

  func run(report: String) async throws -> Outcome {
    let (documents, signatures) = try await signDocuments()
    let candidates = Candidates(rows: settings.bandRows, leastEstimate: settings.leastSimilarity - 0.03)
      .pairs(among: documents.map(\.signature))
    let (alike, similarities) = try await compare(candidates, of: documents)
    let (matches, alignments) = try await align(alike, of: documents)
    let findings = Findings(root: tree.root, documents: documents, matches: matches)
    return Outcome(
      findings: findings, steps: [signatures, similarities, alignments, try write(findings, to: report)])
  }

  /// Step 1: a signature for each distinct content.
  private func signDocuments() async throws -> ([Document], StepTally) {
    var filesByKey: [ArtifactKey: [String]] = [:]
    let keys = try await workers.map(tree.paths) { path in
      try cache.key("near/signature", version: "1", signatureArguments(path))
    }
    for (path, key) in zip(tree.paths, keys) { filesByKey[key, default: []].append(path) }
    let contents = filesByKey.values.sorted { $0[0] < $1[0] }

    let progress = Progress("signatures", total: contents.count)
    let documents = try await workers.map(contents) { paths in
      let signature = try await cache.value("near/signature", version: "1", signatureArguments(paths[0])) {
        progress.countComputed()
        return Signature(
          of: try FileTree.bytes(of: tree.absolute(paths[0])),
          shingleLength: settings.shingleLength, permutations: settings.permutations)
      }
      progress.countDone()
      return Document(paths: paths, signature: signature)
    }
    return (documents, progress.finish())
  }

  private func signatureArguments(_ path: String) -> KeyArguments {
    [
      "file": .file(tree.absolute(path)),
      "shingle": settings.shingleLength,
      "permutations": settings.permutations,
    ]
  }

  /// Step 2: the exact similarity of each candidate pair.
  private func compare(
    _ pairs: [Pair], of documents: [Document]
  ) async throws -> ([(pair: Pair, similarity: Similarity)], StepTally) {
    let progress = Progress("similarity", total: pairs.count)
    let similarities = try await workers.map(pairs) { pair in
      let left = tree.absolute(documents[pair.left].path)
      let right = tree.absolute(documents[pair.right].path)
      let similarity = try await cache.value(
        "near/similarity", version: "1",
        ["left": .file(left), "right": .file(right), "shingle": settings.shingleLength]
      ) {
        progress.countComputed()
        let shingles = Shingles(of: try FileTree.bytes(of: left), length: settings.shingleLength)
        return shingles.similarity(to: Shingles(of: try FileTree.bytes(of: right), length: settings.shingleLength))
      }
      progress.countDone()
      return (pair: pair, similarity: similarity)
    }
    return (similarities.filter { $0.similarity.jaccard >= settings.leastSimilarity }, progress.finish())
  }

  /// Step 3: how the lines of each similar pair lie beside each other.
  private func align(
    _ pairs: [(pair: Pair, similarity: Similarity)], of documents: [Document]
  ) async throws -> ([Match], StepTally) {
    let progress = Progress("alignment", total: pairs.count)
    let matches = try await workers.map(pairs, weight: { documents.byteProduct(of: $0.pair) }) { pair, similarity in
      let left = tree.absolute(documents[pair.left].path)
      let right = tree.absolute(documents[pair.right].path)
      let alignment = try await cache.value(
        "near/alignment", version: "1", ["left": .file(left), "right": .file(right), "cells": settings.mostCells]
      ) {
        progress.countComputed()
        var aligner = Aligner(
          left: Lines(try FileTree.bytes(of: left)), right: Lines(try FileTree.bytes(of: right)),
          mostCells: settings.mostCells)
        return aligner.alignment()
      }
      progress.countDone()
      return Match(pair: pair, similarity: similarity, alignment: alignment)
    }
    let sorted = matches.sorted { ($1.similarity.jaccard, $0.pair) < ($0.similarity.jaccard, $1.pair) }
    return (sorted, progress.finish())
  }

  /// Step 4: the report. All that it shows follows from the settings and from which file has which content.
  private func write(_ findings: Findings, to destination: String) throws -> StepTally {
    let progress = Progress("report", total: 1)
    let contents = try findings.documents.flatMap { document in
      let key = try cache.key("near/signature", version: "1", signatureArguments(document.path)).description
      return document.paths.map { [$0, key] }
    }
    _ = try cache.file(
      "near/report", version: "1",
      [
        "root": findings.root, "files": contents, "cells": settings.mostCells,
        "rows": settings.bandRows, "similarity": settings.leastSimilarity,
      ],
      to: destination
    ) { path in
      progress.countComputed()
      try Report(findings: findings, settings: settings).write(to: path)
    }
    progress.countDone()
    return progress.finish()
  }
}

extension [Document] {
  /// What an alignment costs, but for a factor.
  fileprivate func byteProduct(of pair: Pair) -> Int {
    self[pair.left].signature.byteCount * self[pair.right].signature.byteCount
  }
}
