#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's tour, typed for you: takes the indented commands between "Load the module" and "When something does not
# work" from it, shows and runs them. For a machine that may be played with: tests/vm/run -- bash docs/tour.sh
set -eu

commands() {
	sed -n '/^Load the module/,/^\*\*When something/p' "$(dirname "$0")/../README.md" |
		sed -n 's/^    //p' | grep -v '^insmod '
}

set -v
# shellcheck disable=SC1090 # the README is the source
. <(commands)
