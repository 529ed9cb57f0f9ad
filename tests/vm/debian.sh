# shellcheck shell=bash
# Root filesystems of other Debians, in the cache, for commands that the host's own libraries and compilers do not do
# for (in-debian runs them). On top of common.sh.

IN_DEBIAN=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/in-debian

debian_need() {
	need debootstrap debootstrap
	need unshare util-linux
}

# debian_root SUITE PACKAGE...: the directory of a minimal Debian with these packages, in $DEBIAN_ROOT. Made once;
# remove it to have newer ones.
debian_root() {
	local base=$CACHE/debian/$1/base
	DEBIAN_ROOT=$CACHE/debian/$1/with-$(printf '%s\n' "${@:2}" | sha256sum | head -c 12)
	[[ -d $DEBIAN_ROOT ]] && return
	debian_need
	cache_fill "$base" debian_bootstrap "$1" && cache_fill "$DEBIAN_ROOT" debian_install "$base" "${@:2}"
}

debian_bootstrap() {
	local suite=$1 dir=$2
	say "making a root of Debian $suite"
	debootstrap --variant=minbase --include=ca-certificates "$suite" "$dir" http://deb.debian.org/debian \
		>"$dir.log" 2>&1 || { tail -n 20 "$dir.log" >&2; return 1; }
	debian_sources "$suite" >"$dir/etc/apt/sources.list"
	# It is thrown away when anything goes wrong: no need to wait for the disk after each file.
	echo force-unsafe-io >"$dir/etc/dpkg/dpkg.cfg.d/unsafe-io"
	# No service starts in it.
	printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"
	chmod +x "$dir/usr/sbin/policy-rc.d"
	rm -f "$dir"/var/cache/apt/archives/*.deb "$dir.log"
}

debian_install() {
	local base=$1 dir=${*: -1} packages=("${@:2:$#-2}")
	say "installing ${packages[*]} in ${dir%/with-*}"
	cp -a "$base/." "$dir" || return
	# Into the directory itself: what is bound from outside stays.
	debian_apt "$dir" "${packages[@]}" >"$dir/install.log" 2>&1 || { tail -n 20 "$dir/install.log" >&2; return 1; }
	rm -f "$dir"/var/cache/apt/archives/*.deb
}

debian_apt() {
	unshare --mount --propagation private sh -c '
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && cp /etc/resolv.conf "$1/etc/" || exit
		dir=$1; shift
		export DEBIAN_FRONTEND=noninteractive
		chroot "$dir" apt-get -qq -o APT::Sandbox::User=root update
		exec chroot "$dir" apt-get -qq -y -o APT::Sandbox::User=root --no-install-recommends install "$@"' sh "$@"
}
