# shellcheck shell=bash
# Shared by tests/vm/run and the kernel-*.sh files: messages, child processes, cache, packages.

CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/vrouter

say() { printf 'vm: %s\n' "$*" >&2; }

# fail STATUS TEXT: what went wrong, in one line, and out.
fail() {
	local status=$1
	shift
	say "$*"
	exit "$status"
}

# need COMMAND PACKAGE: name what is missing instead of failing somewhere inside.
need() {
	command -v "$1" >/dev/null || fail 98 "needs $1: apt-get install $2 (all: tests/vm/packages)"
}

# --- child processes ---------------------------------------------------------------------------------------------
# Each child that may run for long gets a process group of its own (set -m), so that it and all that it starts can be
# ended by id, and so that bash waits for it in `wait`, which a signal interrupts.

JOBS=()

# job COMMAND...: start it in the background; its id is $JOB.
job() {
	set -m
	"$@" </dev/null &
	JOB=$!
	set +m
	JOBS+=("$JOB")
}

# job_end ID: first politely. User Mode Linux must clean up itself when it can: the processes that it traces would
# run on by themselves if only their tracer were killed.
job_end() {
	local i
	kill -0 -- "-$1" 2>/dev/null || return 0
	kill -TERM "$1" 2>/dev/null
	for ((i = 0; i < 20; i++)); do
		kill -0 "$1" 2>/dev/null || break
		nap 0.05
	done
	kill -KILL -- "-$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

jobs_end() {
	local id
	for id in "${JOBS[@]}"; do
		job_end "$id"
	done
	JOBS=()
}

# run_job COMMAND...: run to the end, but let signals through meanwhile.
run_job() {
	local status
	job "$@"
	wait "$JOB"
	status=$?
	unset 'JOBS[-1]'
	return "$status"
}

# nap SECONDS: sleep without a process.
nap() {
	[[ -n ${NAP_FD:-} ]] || exec {NAP_FD}<> <(:)
	read -rt "$1" -u "$NAP_FD" || true
}

# --- cache -------------------------------------------------------------------------------------------------------

# with_lock FILE COMMAND...: only one at a time. A subshell, so that the lock goes with it.
with_lock() {
	local file=$1
	shift
	mkdir -p "$(dirname "$file")" || return
	(
		exec {fd}>"$file" || exit
		flock -n "$fd" || { say "waiting for another run (lock $file)"; flock "$fd"; }
		# Children must not keep the lock when this run is killed; flock dies with the last holder.
		"$@" {fd}>&-
	)
}

# cache_fill DIRECTORY COMMAND...: make DIRECTORY once: COMMAND gets an empty directory to fill as its last
# argument, which takes its name only when complete.
cache_fill() {
	[[ -d $1 ]] || with_lock "$1.lock" cache_fill_locked "$@"
}

cache_fill_locked() {
	local dir=$1
	shift
	[[ -d $dir ]] && return 0
	rm -rf "$dir.new" && mkdir -p "$dir.new" || return
	"$@" "$dir.new" || return
	mv "$dir.new" "$dir"
}

# --- Debian packages, downloaded and unpacked without installing them --------------------------------------------

# The host's package lists may be missing or stale; these are our own, used when the host's do not do.
apt_private=(-o "Dir::State::Lists=$CACHE/apt/lists" -o "Dir::Cache=$CACHE/apt" -o Debug::NoLocking=1
	-o APT::Sandbox::User=root)

# apt_suite SUITE ARCHITECTURE[,MORE]: lists of our own that are those of another Debian, which knows nothing of what the
# host has installed. For with_apt, which then does not ask the host's.
apt_suite() {
	local dir=$CACHE/apt/$1-${2%%,*}
	mkdir -p "$dir" && : >"$dir/status" && debian_sources "$1" >"$dir/sources" || return
	apt_private=(-o "Dir::Etc::SourceList=$dir/sources" -o Dir::Etc::SourceParts=- -o "Dir::State::Status=$dir/status"
		-o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir" -o Debug::NoLocking=1 -o APT::Sandbox::User=root
		-o "APT::Architecture=${2%%,*}" -o "APT::Architectures=$2")
	APT_SUITE=$dir
}

# debian_sources SUITE: what its sources.list says.
debian_sources() {
	local signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]' mirror=http://deb.debian.org
	echo "deb $signed $mirror/debian $1 main"
	[[ $1 != sid ]] || return 0
	echo "deb $signed $mirror/debian $1-updates main"
	echo "deb $signed $mirror/debian-security $1-security main"
}

apt_refresh() {
	local dir=${APT_SUITE:-$CACHE/apt}
	say "fetching package lists"
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	apt-get "${apt_private[@]}" -qq update
}

# apt_depends PACKAGE REGEX: the dependencies of PACKAGE that match.
apt_depends() {
	apt-cache "${APT[@]}" depends "$1" 2>/dev/null | sed -nE "s/^ *Depends: ($2)\$/\\1/p"
}

apt_version() {
	apt-cache "${APT[@]}" policy "$1" | sed -n 's/^ *Candidate: //p'
}

# apt_unpack DIRECTORY PACKAGE...
apt_unpack() {
	local dir=$1 deb
	shift
	mkdir -p "$dir.deb" && cd "$dir.deb" || return
	apt-get "${APT[@]}" -qq -o APT::Sandbox::User=root download "$@" || return
	for deb in *.deb; do
		dpkg-deb -x "$deb" "$dir" || return
	done
	cd / && rm -rf "$dir.deb"
}

# with_apt COMMAND...: with the host's package lists, and if that fails with fresh ones of our own.
with_apt() {
	APT=()
	[[ -z ${APT_SUITE:-} ]] || APT=("${apt_private[@]}")
	"$@" && return
	apt_refresh || return
	APT=("${apt_private[@]}")
	"$@"
}
