# shellcheck shell=bash
# shellcheck disable=SC2034  # variables shared with run
# Debian's own unmodified kernel, downloaded and unpacked into the cache, in qemu: that of the host's Debian, or of the
# one that $STOCK_SUITE names; for another architecture, $STOCK_ARCH, see kernel-arm64.sh.

# shellcheck source=tests/vm/qemu.sh
. "$VM_DIR/qemu.sh"
# shellcheck source=tests/vm/debian.sh
. "$VM_DIR/debian.sh"

KERNEL_SMP=2
KERNEL_MEM=2G
KERNEL_BOOT_LIMIT=120
KERNEL_MAKE=()
STOCK_SUITE=
STOCK_ARCH=amd64
# Of which architecture the programs of the headers are, as in :amd64, if not of the kernel's.
STOCK_KBUILD=
STOCK=$CACHE/$KERNEL

# `current` names the version in use, so that a run asks no package index; remove it to move on to a newer kernel.
kernel_prepare() {
	[[ -z $STOCK_SUITE ]] || apt_suite "$STOCK_SUITE" "$STOCK_ARCH" || return
	[[ -e $STOCK/current ]] || with_lock "$STOCK/lock" with_apt stock_fetch || return
	[[ -z $STOCK_SUITE ]] || stock_builder
}

kernel_find() {
	local root=$STOCK/current
	[[ -e $root ]] || return
	root=$(realpath "$root")
	RELEASE=$(<"$root/release")
	KDIR=$root/usr/src/linux-headers-$RELEASE
	MODULES=$root/lib/modules/$RELEASE
	VMLINUX=$root/boot/vmlinux-$RELEASE
	[[ -z $STOCK_SUITE ]] || stock_builder
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

# The programs of newer headers want newer libraries than the host's, and the compiler that the kernel was built with.
stock_builder() {
	local packages
	mapfile -t packages <"$STOCK/current/builders" && debian_root "$STOCK_SUITE" "${packages[@]}" &&
		KERNEL_IN=("$IN_DEBIAN" --bind "$CACHE" --bind "$TREE" "$DEBIAN_ROOT")
}

stock_fetch() {
	local image release parts kbuild compiler version
	[[ -e $STOCK/current ]] && return
	image=$(apt_depends "linux-image-${STOCK_ARCH%%,*}" 'linux-image-[0-9].*')
	release=${image#linux-image-}
	# Newer ones are in several packages.
	mapfile -t parts < <(apt_depends "$image" 'linux-(base|binary|modules)-[0-9].*')
	kbuild=$(apt_depends "linux-headers-$release" 'linux-kbuild-[^:]*')
	compiler=$(apt_depends "linux-headers-$release" 'gcc-[0-9].*')
	version=$(apt_version "$image")
	[[ -n $image && -n $kbuild && -n $version ]] || return
	say "fetching $image $version"
	cache_fill "$STOCK/${release}_$version" stock_unpack "$release" "$image" "${parts[@]}" "linux-headers-$release" \
		"linux-headers-${release%-*}-common" "$kbuild$STOCK_KBUILD" || return
	printf '%s\n' make kmod perl python3 ccache clang "$kbuild" ${compiler:+"$compiler"} >"$STOCK/${release}_$version/builders"
	ln -sfn "${release}_$version" "$STOCK/current"
}

stock_unpack() {
	local release=$1 root=${*: -1} headers common
	local packages=("${@:2:$#-2}")
	apt_unpack "$root" "${packages[@]}" || return
	# Newer packages have no /lib any more, older ones had nothing else.
	[[ -e $root/lib/modules ]] || ln -s usr/lib "$root/lib" || return
	# The headers' Makefile says where they are by absolute path: say it relative to itself.
	headers=$root/usr/src/linux-headers-$release
	common=linux-headers-${release%-*}-common
	# shellcheck disable=SC2016  # for make to expand
	sed -i -e '1i src_dir := $(dir $(realpath $(lastword $(MAKEFILE_LIST))))..' -e 's|/usr/src|$(src_dir)|' \
		"$headers/Makefile" || return
	ln -sfn "$(realpath --relative-to="$(realpath "$root/lib/modules/$release")" "$headers")" "$root/lib/modules/$release/build"
	ln -sfn "../../../usr/src/$common" "$root/lib/modules/$release/source"
	depmod -b "$root" "$release" || return
	stock_vmlinux "$root" "$release" && echo "$release" >"$root/release"
}

stock_vmlinux() {
	local root=$1 release=$2 bzimage
	bzimage=$root/boot/vmlinuz-$release
	[[ -e $bzimage ]] || bzimage=$root/lib/modules/$release/vmlinuz
	mkdir -p "$root/boot"
	bzimage_unpack "$bzimage" >"$root/boot/vmlinux-$release"
}
