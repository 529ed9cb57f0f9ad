# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# User Mode Linux with KASAN, lockdep, kmemleak and fault injection (uml-debug.config on top of uml.config).

# shellcheck source=tests/vm/kernel-uml.sh
. "$VM_DIR/kernel-uml.sh"

KERNEL_MEM=2G
UML_CONFIG+=("$VM_DIR/uml-debug.config")
