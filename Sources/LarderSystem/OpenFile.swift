/// An open file that several may hold.
package final class OpenFile: Sendable {
  package let descriptor: Descriptor
  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}
