# shellcheck shell=bash
# Builds kernels from Debian's kernel source. For kernel-*.sh files to build on.

SOURCE_PACKAGE=linux-source-6.1

source_need() {
	need make make
	need gcc gcc
	need flex flex
	need bison bison
	need bc bc
	need xz xz-utils
	need depmod kmod
}

# source_prepare: the unpacked source is in $CACHE/source/VERSION; all kernels share it. $CACHE/source/current names
# it; remove that to move on to a newer one.
source_prepare() {
	[[ -e $CACHE/source/current ]] || with_lock "$CACHE/source/lock" with_apt source_fetch
}

source_fetch() {
	local version tarball=/usr/src/$SOURCE_PACKAGE.tar.xz
	[[ -e $CACHE/source/current ]] && return
	if [[ -e $tarball ]]; then
		version=$(dpkg-query -W -f '${Version}' "$SOURCE_PACKAGE")
	else
		tarball=
		version=$(apt_version "$SOURCE_PACKAGE")
	fi
	[[ -n $version ]] || return
	cache_fill "$CACHE/source/$version" source_unpack "$tarball" || return
	ln -sfn "$version" "$CACHE/source/current"
}

source_unpack() {
	local tarball=$1 dir=$2
	if [[ -z $tarball ]]; then
		say "fetching $SOURCE_PACKAGE"
		apt_unpack "$dir/package" "$SOURCE_PACKAGE" || return
		tarball=$dir/package/usr/src/$SOURCE_PACKAGE.tar.xz
	fi
	say "unpacking $SOURCE_PACKAGE"
	tar -x --strip-components 1 -C "$dir" -f "$tarball" || return
	rm -rf "$dir/package"
}

# source_config FILE...: their options, one fragment; of those that are in several files the last one counts.
source_config() {
	awk -F = '/^CONFIG_/ { if (!($1 in line)) name[n++] = $1; line[$1] = $0 }
		END { for (i = 0; i < n; i++) print line[name[i]] }' "$@"
}

# source_build_dir NAME FRAGMENT: where the kernel of this configuration is.
source_build_dir() {
	local version
	version=$(readlink "$CACHE/source/current") || return
	echo "$CACHE/$1/${version}_$(grep '^CONFIG_' "$2" | sha256sum | head -c 12)"
}

# source_build FRAGMENT TARGETS [MAKE-ARGUMENT...] DIRECTORY: FRAGMENT is on top of allnoconfig. For cache_fill: the
# directory, where all goes that is built, comes last.
source_build() {
	local fragment=$1 targets=$2 arguments=("${@:3:$#-3}") dir=${*: -1}
	local make=(make -C "$(realpath "$CACHE/source/current")" "O=$dir" "${arguments[@]}")
	"${make[@]}" "KCONFIG_ALLCONFIG=$fragment" allnoconfig >"$dir/build.log" 2>&1 &&
		config_check "$fragment" "$dir/.config" || return
	say "building the kernel (some minutes; log: $dir/build.log)"
	# shellcheck disable=SC2086  # several targets
	if ! "${make[@]}" -j "$(nproc)" $targets >>"$dir/build.log" 2>&1; then
		tail -n 20 "$dir/build.log" >&2
		return 1
	fi
}

# config_check FRAGMENT CONFIG: options that Kconfig did not take, for want of one that they depend on.
config_check() {
	local line missing=()
	while read -r line; do
		case $line in
		CONFIG_*=n) grep -q "^${line%=n}=" "$2" && missing+=("$line") ;;
		CONFIG_*) grep -qxF "$line" "$2" || missing+=("$line") ;;
		esac
	done <"$1"
	((!${#missing[@]})) || { say "not in the configuration that results from $1: ${missing[*]}"; return 1; }
}

# source_modules DIRECTORY: nothing is a module, which modprobe must be told: then `modprobe veth` succeeds here as it
# does elsewhere.
source_modules() {
	local dir=$1 release modules
	release=$(<"$dir/include/config/kernel.release")
	modules=$dir/lib/modules/$release
	mkdir -p "$modules" &&
		cp "$dir"/modules.builtin "$dir"/modules.builtin.modinfo "$modules/" &&
		touch "$modules/modules.order" &&
		depmod -b "$dir" "$release"
}
