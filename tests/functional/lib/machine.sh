# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts with a guest that is a machine, not a namespace: qemu, with Debian's kernel, busybox and a virtio card. Sourced
# after frames.sh and tunnels.sh; its shell is for Python to use: machine.py. Its TCP keeps segments whole.
#
#	h1 | tap-vm <== vnet headers, MACHINE_QUEUES queues ==> eth0 | the machine, one processor
#
# MACHINE_DATA is the same file there as here. Ports 5001 and 5002 are services there: the first sends the file's first 2 MiB, and
# the rest when it is sent a line; the second says the SHA-256 of what it is sent.

MACHINE_QUEUES=2
MACHINE_SIZE=8		# MiB of data

# machine_kernel NAME: VMLINUX, MODULES or RELEASE of the kernel that tests/vm/run boots as `stock`, out of its cache.
machine_kernel() (
	VM_DIR=$FUNCTIONAL/../vm KERNEL=stock
	# shellcheck source=tests/vm/common.sh
	. "$VM_DIR/common.sh"
	# shellcheck source=tests/vm/kernel-stock.sh
	. "$VM_DIR/kernel-stock.sh"
	kernel_find || {
		echo "no kernel for a machine in $CACHE: tests/vm/run --prepare fetches it"
		return 1
	} >&2
	echo "${!1}"
)

# machine_possible WHAT: there can be a machine here, or the checks are skipped.
machine_possible() {
	modprobe -q tun
	if [ ! -e /dev/net/tun ]; then
		skip "$1" 'this kernel has no tun devices'
	elif ! command -v qemu-system-x86_64 >/dev/null; then
		skip "$1" 'no qemu-system-x86_64'
	elif [ -z "${VR_FULL:-}" ] && grep -q 'QEMU Virtual CPU' /proc/cpuinfo; then
		skip "$1" 'a machine emulated by one that is itself emulated boots for minutes (VR_FULL=1)'
	else
		return 0
	fi
	return 1
}

# machine_tap HYPERVISOR NAME: the machine's port, like guest's.
machine_tap() {
	local hv=$1 name=$2 mac

	GUESTS=$((GUESTS + 1))
	printf -v mac '02:00:00:00:00:%02x' "$GUESTS"
	printf -v "${name}_mac" %s "$mac"
	must ip -n "${!hv}" tuntap add "tap-$name" mode tap multi_queue vnet_hdr
	must ip -n "${!hv}" link set "tap-$name" up
}

# machine_initramfs: what the machine consists of
machine_initramfs() {
	local dir=$WORK/initramfs.d modules release module file number=100

	modules=$(machine_kernel MODULES) && release=$(machine_kernel RELEASE) || return
	mkdir -p "$dir"/{bin,dev,modules,proc,sys} || return
	cp "$(command -v busybox)" "$dir/bin/busybox" || return
	# The loader and the libraries are where the program looks for them.
	for file in $(command -v ethtool) $(ldd "$(command -v ethtool)" | grep -o '/[^ ]*'); do
		cp --parents -L "$file" "$dir" || return
	done
	# By number: each after those that it needs.
	while read -r module; do
		cp "$module" "$dir/modules/$((number++))-${module##*/}" || return
	done < <(modprobe -d "$modules/../../.." -S "$release" --show-depends -a virtio_pci virtio_net |
		awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
	install -m 755 "$FUNCTIONAL/lib/machine-init" "$dir/init" || return
	head -c "${MACHINE_SIZE}M" /dev/urandom >"$MACHINE_DATA" || return
	cp "$MACHINE_DATA" "$dir/data" && cp "$WHOLE_SEGMENTS" "$dir/tcp.conf" || return
	(cd "$dir" && find . | cpio --quiet -o -H newc) >"$WORK/initramfs" && rm -rf "$dir"
}

# machine HYPERVISOR NAME ADDRESSES GATEWAYS: the machine at tap-NAME is there, with the addresses on its eth0. Lists with commas.
machine() {
	local hv=$1 name=$2 mac=$2_mac config="QUEUES=$MACHINE_QUEUES ADDRESSES=$3 GATEWAYS=$4"

	MACHINE_DATA=$WORK/data MACHINE_SHELL=$WORK/shell
	must machine_initramfs
	background in_ns "${!hv}" qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot \
		-accel tcg -cpu qemu64,+rdrand,+ssse3,+sse4.1,+sse4.2 -smp 1 -m 256M \
		-kernel "$(machine_kernel VMLINUX)" -initrd "$WORK/initramfs" \
		-append "console=ttyS0 quiet panic=-1 oops=panic mitigations=off random.trust_cpu=on $config" \
		-serial "file:$WORK/machine.log" -serial "unix:$MACHINE_SHELL,server=on,wait=off" \
		-netdev "tap,id=net0,ifname=tap-$name,script=no,downscript=no,vhost=off,queues=$MACHINE_QUEUES" \
		-device "virtio-net-pci,netdev=net0,mac=${!mac},mq=on,vectors=$((2 * MACHINE_QUEUES + 2)),romfile=" \
		>"$WORK/qemu" 2>&1
	MACHINE_PID=$!
	must machine_up
	rm "$WORK/initramfs"
	export MACHINE_DATA MACHINE_SHELL
}

# Within five minutes, however slow the host.
machine_up() {
	local try

	for ((try = 0; try < 3000; try++)); do
		grep -q '^machine: up' "$WORK/machine.log" && return
		kill -0 $MACHINE_PID || break
		sleep 0.1
	done
	cat "$WORK/qemu" "$WORK/machine.log"
	return 1
}
