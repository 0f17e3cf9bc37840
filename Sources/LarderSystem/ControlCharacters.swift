/// The text with everything made visible that could steer a terminal or hide what it says: control characters of ASCII
/// and Latin-1, marks that change the direction of writing, and characters that take no place. Line ends and tabs are
/// steering too; `\` stays, so that paths read well.
package func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: isSteering) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if !isSteering(scalar) {
      result.unicodeScalars.append(scalar)
      continue
    }
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    default:
      let digits = String(scalar.value, radix: 16)
      result += scalar.value < 0x80 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{" + digits + "}"
    }
  }
  return result
}

private func isSteering(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0: true
  case 0x2028, 0x2029: true
  // Marks that reorder what is shown: "Trojan Source", CVE-2021-42574.
  case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x061C: true
  // Characters that are not seen at all. The joiners U+200C and U+200D stay: words and pictographs need them.
  case 0x200B, 0x2060...0x2064, 0xFEFF, 0xE0000...0xE007F: true
  default: false
  }
}
