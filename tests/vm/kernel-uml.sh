# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# User Mode Linux: a kernel that is a process. Built from Debian's source with uml.config. Boots in a second and runs
# at full speed, but on one processor.

# shellcheck source=tests/vm/source.sh
. "$VM_DIR/source.sh"

KERNEL_SMP=1
KERNEL_MAX_SMP=1
KERNEL_MEM=1G
KERNEL_BOOT_LIMIT=60
KERNEL_MAKE=(ARCH=um SUBARCH=x86_64)
UML_CONFIG=("$VM_DIR/uml.config" "$VM_DIR/common.config")

kernel_prepare() {
	source_prepare && cache_fill "$(uml_dir)" uml_build
}

kernel_find() {
	local dir
	dir=$(uml_dir) && [[ -d $dir ]] || return
	RELEASE=$(<"$dir/include/config/kernel.release")
	KDIR=$dir
	MODULES=$dir/lib/modules/$RELEASE
}

kernel_need() {
	source_need
	need busybox busybox-static
}

# Log: console 0, from a file descriptor, as the only console. The memory is a file; TMPDIR says where (on a tmpfs).
# A panic would dump core otherwise.
kernel_start() {
	job uml_exec "$KDIR/linux" "mem=$MEM" root=/dev/root rootfstype=hostfs rootflags=/ ro "init=$RUN/guest-init" \
		"umid=vm" "uml_dir=$RUN/uml/" con=null con0=null,fd:1 ignore_loglevel printk.devkmsg=on \
		printk.time=1 kunit.enable=1 oops=panic panic=-1 VM_FS=hostfs "VM_RUN=$RUN" >"$RUN/log" 2>&1
}

# With VM_HUGE=1 memory is in large pages, as a kernel on hardware has its own; benchmarks want that. They are those of a
# tmpfs in a mount namespace of the machine's, so nothing changes on the host. Who may not mount has small ones.
uml_exec() {
	ulimit -c 0
	cd "$RUN" || exit
	if [[ ${VM_HUGE:-} ]] && unshare --mount true 2>/dev/null; then
		# shellcheck disable=SC2016  # for that shell to expand
		exec unshare --mount sh -c 'mkdir memory && mount -t tmpfs -o huge=always memory memory &&
			TMPDIR=$PWD/memory exec setpriv --pdeathsig TERM "$@"' sh "$@"
	fi
	TMPDIR=/dev/shm exec setpriv --pdeathsig TERM "$@"
}

uml_dir() {
	source_build_dir "$KERNEL" <(source_config "${UML_CONFIG[@]}")
}

uml_build() {
	source_config "${UML_CONFIG[@]}" >"$1/fragment" &&
		source_build "$1/fragment" 'linux modules' "${KERNEL_MAKE[@]}" "$1" &&
		source_modules "$1"
}
