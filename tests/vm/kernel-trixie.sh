# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# The kernel of Debian 13, 6.12.

# shellcheck source=tests/vm/kernel-stock.sh
. "$VM_DIR/kernel-stock.sh"

STOCK_SUITE=trixie
