# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# Debian's own unmodified kernel, downloaded and unpacked into the cache, in qemu.

# shellcheck source=tests/vm/qemu.sh
. "$VM_DIR/qemu.sh"

KERNEL_SMP=2
KERNEL_MEM=2G
KERNEL_BOOT_LIMIT=120
KERNEL_MAKE=()
STOCK=$CACHE/stock

# `current` names the version in use, so that a run asks no package index; remove it to move on to a newer kernel.
kernel_prepare() {
	[[ -e $STOCK/current ]] || with_lock "$STOCK/lock" with_apt stock_fetch
}

kernel_find() {
	local root=$STOCK/current
	[[ -e $root ]] || return
	root=$(realpath "$root")
	RELEASE=$(<"$root/release")
	KDIR=$root/usr/src/linux-headers-$RELEASE
	MODULES=$root/lib/modules/$RELEASE
	VMLINUX=$root/boot/vmlinux-$RELEASE
}

kernel_need() {
	qemu_need
	need depmod kmod
}

kernel_start() {
	local modules
	# What the initramfs needs to reach the root, each after those that it needs itself.
	mapfile -t modules < <(modprobe -d "$MODULES/../../.." -S "$RELEASE" --show-depends -a \
		virtio_pci 9pnet_virtio 9p overlay | awk '$1 == "insmod" && !seen[$2]++ { print $2 }')
	qemu_start "$VMLINUX" "${modules[@]}"
}

stock_fetch() {
	local image release kbuild version
	[[ -e $STOCK/current ]] && return
	image=$(apt_depends linux-image-amd64 'linux-image-[0-9].*')
	release=${image#linux-image-}
	kbuild=$(apt_depends "linux-headers-$release" 'linux-kbuild-.*')
	version=$(apt_version "$image")
	[[ -n $image && -n $kbuild && -n $version ]] || return
	say "fetching $image $version"
	cache_fill "$STOCK/${release}_$version" stock_unpack "$release" "$image" "linux-headers-$release" \
		"linux-headers-${release%-amd64}-common" "$kbuild" || return
	ln -sfn "${release}_$version" "$STOCK/current"
}

stock_unpack() {
	local release=$1 root=${*: -1} headers common
	local packages=("${@:2:$#-2}")
	apt_unpack "$root" "${packages[@]}" || return
	# The headers' Makefile includes that of the common part by absolute path: say it relative to itself.
	headers=$root/usr/src/linux-headers-$release
	common=linux-headers-${release%-amd64}-common
	# shellcheck disable=SC2016  # for make to expand
	printf 'include $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../%s/Makefile\n' "$common" >"$headers/Makefile"
	ln -sfn "../../../usr/src/linux-headers-$release" "$root/lib/modules/$release/build"
	ln -sfn "../../../usr/src/$common" "$root/lib/modules/$release/source"
	depmod -b "$root" "$release" || return
	bzimage_unpack "$root/boot/vmlinuz-$release" >"$root/boot/vmlinux-$release" || return
	echo "$release" >"$root/release"
}
