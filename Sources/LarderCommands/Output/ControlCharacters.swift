/// The text with everything made visible that could steer a terminal: control characters of ASCII and Latin-1, and the
/// marks that change the direction of writing. Line ends and tabs are steering too; `\` stays, so that paths read well.
package func escapingControls(_ text: String) -> String {
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
  default: false
  }
}
