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

apt_refresh() {
	say "fetching package lists"
	mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/archives/partial"
	apt-get "${apt_private[@]}" -qq update
}

# apt_depends PACKAGE REGEX: the first dependency of PACKAGE that matches.
apt_depends() {
	apt-cache "${APT[@]}" depends "$1" 2>/dev/null | sed -nE "s/^ *Depends: ($2)\$/\\1/p" | head -n 1
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
	"$@" && return
	apt_refresh || return
	APT=("${apt_private[@]}")
	"$@"
}
