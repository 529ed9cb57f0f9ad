# shellcheck shell=bash
# shellcheck disable=SC2034,SC2054,SC2154  # variables shared with run; commas in qemu's arguments
# Boots a kernel in qemu: root by 9p, log on the serial console. For kernel-*.sh files to build on.

# More for the kernel's command line.
KERNEL_CMDLINE=
# For a machine of another architecture: whose root it gets, and directories of the host that it finds at their paths.
QEMU=qemu-system-x86_64
QEMU_CONSOLE=ttyS0
QEMU_ROOT=
QEMU_HOST=()

qemu_need() {
	need "$QEMU" "${QEMU%_*}"
	need busybox busybox-static
	need cpio cpio
	need /usr/bin/python3 python3
}

# qemu_start KERNEL MODULE...: MODULEs (files) are loaded by the initramfs in this order. KERNEL can be a bzImage or,
# if it was configured with PVH, a vmlinux.
qemu_start() {
	local kernel=$1 processor=()
	shift
	qemu_initramfs "$@" || fail 98 "cannot make the initramfs"
	qemu_processor
	local args=(
		"${processor[@]}"
		-nodefaults -no-user-config -display none -no-reboot
		-smp "$SMP" -m "$MEM"
		-kernel "$kernel" -initrd "$RUN/initramfs"
		-append "$(qemu_cmdline)"
		-serial "file:$RUN/log"
		-virtfs "local,path=${QEMU_ROOT:-/},mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap"
		-virtfs "local,path=$RUN,mount_tag=hostrun,security_model=none"
		# Two network cards with a cable between them. A guest that wants them loads virtio_net.
		-netdev hubport,id=cable0,hubid=0 -device virtio-net-pci,netdev=cable0,romfile=
		-netdev hubport,id=cable1,hubid=0 -device virtio-net-pci,netdev=cable1,romfile=
	)
	((!${#QEMU_HOST[@]})) ||
		args+=(-virtfs local,path=/,mount_tag=hostfiles,security_model=none,readonly=on,multidevs=remap)
	# The death signal ends the machine even if this script is killed in a way that it cannot catch.
	job setpriv --pdeathsig TERM "$QEMU" "${args[@]}" >"$RUN/vmm" 2>&1
}

# Emulation is fastest with a plain processor: `max` takes a third longer, for AVX in libc, SMAP, LA57.
qemu_processor() {
	case $(qemu_accel) in
	kvm) processor=(-accel kvm -cpu host) ;;
	*) processor=(-accel tcg,thread=multi -cpu qemu64,+rdrand,+ssse3,+sse4.1,+sse4.2,+popcnt) ;;
	esac
}

# A panic reboots at once, which -no-reboot turns into the end of the machine.
qemu_cmdline() {
	echo "console=$QEMU_CONSOLE ignore_loglevel printk.devkmsg=on oops=panic panic=-1 random.trust_cpu=on" \
		"VM_FS=9p VM_RUN=$RUN $KERNEL_CMDLINE"
}

qemu_initramfs() {
	local dir=$RUN/initramfs.d module n=100
	mkdir -p "$dir"/{bin,modules,dev,proc,lower,"memory$RUN"}
	cp "$(qemu_busybox)" "$dir/bin/busybox" || return
	install -m 755 "$VM_DIR/initramfs-init" "$dir/init" || return
	install -m 755 "$VM_DIR/guest-init" "$dir/memory$RUN/guest-init" || return
	for module; do
		# The number keeps the order.
		cp "$module" "$dir/modules/$((n++))-${module##*/}" || return
	done
	(cd "$dir" && find . | cpio --quiet -o -H newc) >"$RUN/initramfs" || return
	[[ -n $QEMU_ROOT ]] || "$VM_DIR/memory-pack" "$TREE" >>"$RUN/initramfs" || return
	rm -rf "$dir"
}

qemu_busybox() {
	if [[ -n $QEMU_ROOT ]]; then echo "$QEMU_ROOT/bin/busybox"; else command -v busybox; fi
}

# KVM is used only if a stock kernel really boots under it: there are hosts where /dev/kvm exists and a guest hangs.
# Tried once for each kernel and processor of the host. VM_ACCEL=kvm|tcg overrides.
qemu_accel() {
	local host answer
	if [[ -n ${VM_ACCEL:-} ]]; then
		echo "$VM_ACCEL"
		return
	fi
	if [[ ! -r /dev/kvm || ! -w /dev/kvm ]]; then
		echo tcg
		return
	fi
	host=$(uname -r; grep -m 1 '^model name' /proc/cpuinfo)
	answer=$CACHE/accel-$(sha256sum <<<"$host" | head -c 12)
	[[ -s $answer ]] || with_lock "$answer.lock" qemu_probe "$answer"
	cat "$answer"
}

qemu_probe() {
	local answer=$1 accel=tcg
	[[ -s $answer ]] && return
	say "trying whether a stock kernel boots under KVM here (once)"
	VM_ACCEL=kvm VM_BOOT_LIMIT=20 VR_LOG_DIR=$RUN "$VM_DIR/run" --kernel stock --smp 2 --no-module --timeout 20 \
		-- true >/dev/null 2>&1 && accel=kvm
	say "using $accel"
	echo "$accel" >"$answer.new" && mv "$answer.new" "$answer"
}

# bzimage_unpack FILE: the vmlinux inside of a bzImage. The very same kernel, but it need not decompress itself, which
# takes as long as the rest of its boot when it is emulated. Where it is in the file says
# Documentation/x86/boot.rst, "The Real-Mode Kernel Header".
bzimage_unpack() {
	local file=$1 start length tool
	start=$((($(file_number "$file" 0x1f1 1) + 1) * 512 + $(file_number "$file" 0x248 4)))
	length=$(file_number "$file" 0x24c 4)
	case $(file_number "$file" "$start" 4 x) in
	587a37fd) tool=xz ;;
	fd2fb528) tool=zstd ;;
	*) tool=gzip ;;
	esac
	# Its own size is appended to the compressed data.
	tail -c "+$((start + 1))" "$file" | head -c "$((length - 4))" | "$tool" -dc
}

# file_number FILE OFFSET SIZE [FORMAT]: a little-endian number in a binary file.
file_number() {
	od -An -v -t "${4:-u}$3" -j "$(($2))" -N "$3" "$1" | tr -d ' '
}
