#!/bin/sh
# Runs tokgate over the shared inputs, recorded counts and the package of the vocabulary. Usage:
# tests/conformance.sh BUILD_DIRECTORY     CONFORMANCE_MB=50: so much text is compared with the package
# The inputs are not part of the project: TOKGATE_SHARED, or ../shared beside the checkout. Without
# them every part that needs them says that it was skipped.
set -u

build=$1
shared=${TOKGATE_SHARED:-../shared}
[ -d "$shared" ] || shared=''
# The estimate is that of a build without the vocabulary, if there is one soon.
plain=$build-novocab
env -u MAKEFLAGS -u MAKELEVEL timeout 40 make -s -j2 VOCAB=none BUILD="$plain" "$plain/tokgate" >&2 || plain=''
PYTHONDONTWRITEBYTECODE=1 exec python3 tests/conformance/run.py "$build" "$shared" "$plain"
