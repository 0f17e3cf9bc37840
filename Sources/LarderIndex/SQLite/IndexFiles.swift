internal import LarderSystem

/// Removes a database with everything that SQLite keeps beside it, or that alone.
func removeFiles(of path: String, butItself: Bool = false) {
  let place = PathParts(path)
  guard let directory = try? Descriptor(directory: place.directory) else { return }
  for suffix in (butItself ? [] : [""]) + ["-wal", "-shm", "-journal"] { try? directory.remove(place.name + suffix) }
}
