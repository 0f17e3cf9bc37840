#!/usr/bin/env bash
# Builds the documentation of the library as a static site; a warning, such as a broken link, is an error.
#
#   Tests/build-docs.sh [OUTPUT]
#
#   OUTPUT   where the site goes (default: .build/documentation/Larder.doccarchive)
#
# LarderFormat has no page of its own: its public words are those of the front door, which re-exports them. So the
# symbols of both modules go into one graph, and articles name them without a module.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
case ${1:-} in
  -h | --help) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
esac
cd "$here"
output=${1:-.build/documentation/Larder.doccarchive}
graphs=.build/documentation/symbols

swift build --target Larder
products=$(swift build --show-bin-path)
target=$(swift -print-target-info | awk -F'"' '$2 == "triple" { print $4; exit }')

# What the modules import: SwiftPM knows how to reach the headers of the C modules, here it has to be said.
search=(-I "$products/Modules")
for module in Sources/C*/module.modulemap; do search+=(-Xcc "-fmodule-map-file=$PWD/$module"); done
for module in "$products"/*.build/module.modulemap; do search+=(-Xcc "-fmodule-map-file=$module"); done

rm -rf "$graphs" "$output"
mkdir -p "$graphs" "$output"
swift-symbolgraph-extract -module-name Larder -target "$target" -output-dir "$graphs" \
  -minimum-access-level public -skip-synthesized-members \
  -experimental-allowed-reexported-modules=LarderFormat "${search[@]}"

docc convert Sources/Larder/Larder.docc --fallback-display-name Larder --fallback-bundle-identifier larder.Larder \
  --additional-symbol-graph-dir "$graphs" --output-path "$output" --warnings-as-errors \
  --transform-for-static-hosting --hosting-base-path larder
echo "Built $output"
