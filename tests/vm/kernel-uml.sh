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
UML_CONFIG=("$VM_DIR/uml.config")

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

uml_exec() {
	ulimit -c 0
	cd "$RUN" || exit
	TMPDIR=/dev/shm exec setpriv --pdeathsig TERM "$@"
}

uml_dir() {
	source_build_dir "$KERNEL" <(source_config "${UML_CONFIG[@]}")
}

uml_build() {
	source_config "${UML_CONFIG[@]}" >"$1/fragment" &&
		source_build "$1/fragment" 'linux modules' "${KERNEL_MAKE[@]}" "$1" &&
		uml_modules "$1"
}

# Nothing is a module, which modprobe must be told: then `modprobe veth` succeeds here as it does elsewhere.
uml_modules() {
	local dir=$1 release modules
	release=$(<"$dir/include/config/kernel.release")
	modules=$dir/lib/modules/$release
	mkdir -p "$modules" &&
		cp "$dir"/modules.builtin "$dir"/modules.builtin.modinfo "$modules/" &&
		touch "$modules/modules.order" &&
		depmod -b "$dir" "$release"
}
