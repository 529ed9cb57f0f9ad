# shellcheck shell=bash
# shellcheck disable=SC2034,SC2054,SC2154  # variables shared with run; commas in qemu's arguments
# Debian 12's own unmodified kernel for arm64, emulated. The module and the tools are built here, by Debian's cross
# compiler; the machine's root is made of arm64 packages, as the host's programs do not run in it.

# shellcheck source=tests/vm/kernel-stock.sh
. "$VM_DIR/kernel-stock.sh"

KERNEL_MEM=1G
KERNEL_BOOT_LIMIT=300
# As Debian's own builds for another architecture.
KERNEL_MAKE=(DEB_BUILD_ARCH=amd64 DEB_HOST_ARCH=arm64 DEB_HOST_GNU_TYPE=aarch64-linux-gnu)
STOCK_SUITE=bookworm
# The programs of the headers run here.
STOCK_ARCH=arm64,amd64
STOCK_KBUILD=:amd64
QEMU=qemu-system-aarch64
QEMU_CONSOLE=ttyAMA0
# What the scripts in tests/functional need, and what the tools are linked with.
ARM64_PACKAGES=(base-files base-passwd bash busybox-static coreutils dash diffutils ethtool findutils grep hostname iproute2
	iputils-ping jq kmod libc6-dev libjson-c-dev libnl-3-dev libnl-genl-3-dev libyaml-dev mawk netbase procps python3 sed
	util-linux)

kernel_need() {
	need "$QEMU" qemu-system-arm
	need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
	need cpio cpio
	need depmod kmod
	need pkg-config pkg-config
}

stock_builder() {
	QEMU_ROOT=$STOCK/root-$(printf '%s\n' "${ARM64_PACKAGES[@]}" | sha256sum | head -c 12)
	QEMU_HOST=("$TREE" "$BUILD" "$STOCK")
	TOOLS=$BUILD/utils
	KERNEL_TOOLS=("CC=aarch64-linux-gnu-gcc --sysroot=$QEMU_ROOT"
		"PKG_CONFIG=env PKG_CONFIG_SYSROOT_DIR=$QEMU_ROOT PKG_CONFIG_PATH= \
PKG_CONFIG_LIBDIR=$QEMU_ROOT/usr/lib/aarch64-linux-gnu/pkgconfig pkg-config")
	[[ -d $QEMU_ROOT ]] || cache_fill "$QEMU_ROOT" with_apt arm64_root
}

# Unpacked, not installed: nothing of it runs here. It needs no more than what follows.
arm64_root() {
	local root=$1 debs=$1.debs deb dir
	say "making a root of Debian $STOCK_SUITE for arm64"
	mkdir -p "$debs/partial" "$root"/{dev,etc,mnt,proc,root,run,srv,sys,tmp} &&
		apt-get "${APT[@]}" -qq -y --no-install-recommends -o "Dir::Cache::Archives=$debs" --download-only install \
			"${ARM64_PACKAGES[@]}" >/dev/null || return
	for dir in bin sbin lib; do
		mkdir -p "$root/usr/$dir" && ln -sfn "usr/$dir" "$root/$dir"
	done
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root" || return
	done
	for dir in passwd group; do
		cp "$root/usr/share/base-passwd/$dir.master" "$root/etc/$dir" || return
	done
	ln -sfn dash "$root/usr/bin/sh" && ln -sfn mawk "$root/usr/bin/awk" || return
	rm -rf "$debs"
}

# An image that qemu starts as it is.
stock_vmlinux() {
	ln -sfn "vmlinuz-$2" "$1/boot/vmlinux-$2"
}

qemu_processor() {
	processor=(-machine virt -accel tcg,thread=multi -cpu cortex-a57)
}
