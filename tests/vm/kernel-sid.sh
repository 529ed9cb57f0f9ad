# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# The newest kernel that Debian has: that of unstable.

# shellcheck source=tests/vm/kernel-stock.sh
. "$VM_DIR/kernel-stock.sh"

STOCK_SUITE=sid
