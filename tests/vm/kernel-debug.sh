# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# A kernel with KASAN, lockdep, kmemleak, object debugging and fault injection (debug.config) on two processors. Built
# from Debian's source, in qemu.

# shellcheck source=tests/vm/source.sh
. "$VM_DIR/source.sh"
# shellcheck source=tests/vm/qemu.sh
. "$VM_DIR/qemu.sh"

KERNEL_SMP=2
KERNEL_MEM=3G
KERNEL_BOOT_LIMIT=300
# kmemleak reads all memory, twice.
KERNEL_UNLOAD_LIMIT=300
KERNEL_MAKE=()
# Emulated, a processor may stand still for long without being stuck (seconds; half of that for soft lockups).
KERNEL_CMDLINE="watchdog_thresh=60 workqueue.watchdog_thresh=120"
X86_CONFIG=("$VM_DIR/common.config" "$VM_DIR/x86.config" "$VM_DIR/debug.config")

kernel_prepare() {
	source_prepare && cache_fill "$(x86_dir)" x86_build
}

kernel_find() {
	local dir
	dir=$(x86_dir) && [[ -d $dir ]] || return
	RELEASE=$(<"$dir/include/config/kernel.release")
	KDIR=$dir
	MODULES=$dir/lib/modules/$RELEASE
}

kernel_need() {
	source_need
	qemu_need
}

kernel_start() {
	qemu_start "$KDIR/arch/x86/boot/bzImage"
}

x86_dir() {
	source_build_dir "$KERNEL" <(source_config "${X86_CONFIG[@]}")
}

x86_build() {
	source_config "${X86_CONFIG[@]}" >"$1/fragment" &&
		source_build "$1/fragment" 'bzImage modules' "${KERNEL_MAKE[@]}" "$1" &&
		source_modules "$1"
}
