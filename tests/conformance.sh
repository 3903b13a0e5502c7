#!/bin/sh
# Runs tokgate over the shared inputs and recorded counts. Usage: tests/conformance.sh BUILD_DIRECTORY
# They are not part of the project: TOKGATE_SHARED, or ../shared beside the checkout. Without them
# every part says that it was skipped.
set -u

build=$1
shared=${TOKGATE_SHARED:-../shared}
[ -d "$shared" ] || shared=''
python3 tests/conformance/run.py "$build/tokgate" "$shared"
