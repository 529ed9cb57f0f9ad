# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# A kernel that finds data races (kcsan.config), on two processors, for scripts that race. The module is instrumented as
# the kernel is. Reports about other parts of the kernel only do not fail a run (log-faults).

# shellcheck source=tests/vm/kernel-debug.sh
. "$VM_DIR/kernel-debug.sh"

KERNEL_MEM=2G
X86_CONFIG=("$VM_DIR/common.config" "$VM_DIR/x86.config" "$VM_DIR/kcsan.config")
