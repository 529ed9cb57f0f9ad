# SPDX-License-Identifier: GPL-2.0-only
"""Batches; and what goes wrong outside of the tools."""

import json
import os
import random
import re
import subprocess
import tempfile

from harness import MAC, TOOLS, Skip, dry, expect, refuses, test, tool

ROUTE = "--create --vrf 1 --prefix 10.0.%d.0/24 --nh 1"


@test
def batch_words_and_comments():
    lines = ["", "  ", "# nothing", ROUTE % 1, "\t" + ROUTE % 2 + "   # why", (ROUTE % 3) + "\r", ROUTE % 4]
    shown = dry("rt --batch -", "\n".join(lines).encode())
    expect("prefixes", [entry["attributes"]["prefix"] for entry in shown], [f"10.0.{n}.0" for n in (1, 2, 3, 4)])
    expect("empty", dry("rt --batch -", b""), [])
    expect("only a comment", dry("rt --batch -", b"# x"), [])


@test
def batch_from_file():
    with tempfile.NamedTemporaryFile("w", suffix=".rt") as file:
        file.write(ROUTE % 1 + "\n" + "--dump x\n")
        file.flush()
        refuses(f"rt --batch {file.name} --dry-run", f"{file.name}:2: rt: --dump: 'x' is not a number")
    refuses("rt --batch /nowhere/x", "cannot open /nowhere/x: No such file", status=2)
    refuses("rt --batch /", "cannot read: Is a directory", status=1)


@test
def batch_stops_at_the_first_error():
    lines = "\n".join([ROUTE % 1, "--create --vrf x", ROUTE % 2, "--bad"]).encode()
    done = tool("rt --batch - --dry-run", lines)
    expect("status", done.returncode, 2)
    expect("errors", done.stderr.decode(), "standard input:2: rt: --create needs --nh ID\n")
    expect("done", len(json.loads(done.stdout)), 1)


@test
def batch_force_goes_on():
    lines = "\n".join([ROUTE % 1, "--create --vrf x --nh 1", ROUTE % 2, "--bad", ROUTE % 3]).encode()
    done = tool("rt --batch - --dry-run --force", lines)
    expect("status", done.returncode, 2)
    numbers = [line.split(":")[1] for line in done.stderr.decode().splitlines()]
    expect("lines with errors", numbers, ["2", "4"])
    expect("done", len(json.loads(done.stdout)), 3)


@test
def batch_exclusive():
    lines = (ROUTE % 1 + "\n" + ROUTE % 2 + " --exclusive\n").encode()
    expect("a line's own", [entry["exclusive"] for entry in dry("rt --batch -", lines)], [False, True])
    expect("all", [entry["exclusive"] for entry in dry("rt --batch - --exclusive", lines)], [True, True])


@test
def batch_refuses():
    for line, text in (("--monitor", "--monitor does not go inside a batch"),
                       ("--dump 1 --json", "--json does not go inside a batch"),
                       ("--batch x", "--batch does not go inside a batch"),
                       ("--dump 1 -n x", "--netns does not go inside a batch"),
                       ("--help", "--help does not go inside a batch"),
                       ("rt --dump 1", "did not expect 'rt'"),
                       ("--dump 1\0", "a NUL byte"),
                       ("x " * 2000, "more than 1024 words")):
        refuses("rt --batch -", "standard input:1: rt: ", line.encode())
        refuses("rt --batch -", text, line.encode())
    refuses("vif --batch -", "--rate does not go inside a batch", b"--rate")
    refuses("flow --batch -", "--stats does not go inside a batch", b"-s")
    refuses("flow --batch -", "--rate does not go inside a batch", b"-r")
    refuses("dropstats --batch -", "--watch does not go inside a batch", b"--watch")


@test
def batch_long_lines():
    line = "--dump 1 #" + "x" * 1000000
    expect("commands", len(dry("rt --batch -", (line + "\n" + line).encode())), 2)
    many = "\n".join(f"--create --vrf 1 --prefix 10.{n >> 8}.{n & 255}.0/24 --nh 1" for n in range(20000))
    shown = dry("rt --batch -", many.encode())
    expect("commands", len(shown), 20000)
    expect("the last", shown[-1]["attributes"]["prefix"], "10.78.31.0")


@test
def batch_does_not_wait_for_more():
    process = subprocess.Popen([os.path.join(TOOLS, "rt"), "--batch", "-"], stdin=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdin.write(b"--dump x\n")
    process.stdin.flush()
    error = process.stderr.readline()
    process.stdin.close()
    process.stderr.close()
    expect("status", process.wait(timeout=60), 2)
    if b"'x' is not a number" not in error:
        raise AssertionError(error)


@test
def random_lines():
    """No line, however strange, ends in anything but its own error; and the output stays JSON."""
    rng = random.Random(20240229)
    words = ["--create", "--delete", "--get", "--dump", "--vrf", "--prefix", "--mac", "--nh", "--label", "--flags",
             "--family", "--member", "--type", "--oif", "--vif", "--add", "--set", "--xconnect", "--list", "1", "0",
             "4294967295", "99999999999", "-1", "10.0.0.0/8", "::/0", "fd00::1", MAC, "inet", "bridge", "encap", "l2,l3",
             "--sip", "--dip", "--proto", "--action", "-f", "-d", "-i", "-e", "-l", "-F", "--match", "--reverse", "--gen",
             "--fat-flow", "--fat-exclude", "--policy", "tcp:80,src=10.0.0.0/8:24", "udp,dst=::/0:1", "tcp", "forward",
             "flows=4096", "hold_queue=", "vrf", "*:1,*", "&", "sg", "--drop-reason", "10.0.0.1",
             "=", "--", "-", "--=", "--vrf=", "proxy,,", "1:2", ":", "/", "é", "\x01", "tunnel", "-j", "-s", "--exclusive",
             "--encap", "vxlan", "mpls-gre", "--resolve", "--hash", "sip,dport", "--kind", "ecmp", "--inner-dmac", "16"]
    for name in ("rt", "nh", "mpls", "vxlan", "vif", "vrftable", "flow", "vrouter"):
        lines = []
        for _ in range(3000):
            line = " ".join(rng.choice(words) for _ in range(rng.randrange(1, 9)))
            if rng.random() < 0.2:
                line = "".join(c for c in line if rng.random() > 0.1)
            lines.append(line)
        done = tool(f"{name} --batch - --force --dry-run", "\n".join(lines).encode())
        if done.returncode not in (0, 1, 2):
            raise AssertionError(f"{name}: status {done.returncode}: {done.stderr[-2000:].decode()}")
        json.loads(done.stdout)
        for line in done.stderr.decode().splitlines():
            if not re.match(rf"standard input:\d+: {name}: .", line):
                raise AssertionError(f"{name}: {line}")


# --- outside -----------------------------------------------------------------------------------------------------------

@test
def no_such_namespace():
    refuses("vif -n no-such-namespace --list", "cannot open network namespace no-such-namespace", status=1)


@test
def no_module():
    if os.path.exists("/sys/module/vrouter"):
        raise Skip("the module is loaded")
    for command in ("vif --list", "nh --list --json", "rt --dump 1", "mpls --dump", "vxlan --get 7",
                    "vxlan --create 7 --nh 3", "vrftable --dump", "dropstats", "vrouter --info", "vrouter --reset",
                    "flow --list", "flow -l --json", "flow --get 3", "flow -F", "flow -r", "flow -s",
                    "vrouter --set flows=4096", "nh --create 1 --type discard", "nh --create 1 --type receive --oif tap0"):
        refuses(command, "is the module loaded?", status=1)


@test
def output_that_does_not_fit():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([os.path.join(TOOLS, "rt"), "--dump", "1", "--dry-run"], stdout=full,
                              stderr=subprocess.PIPE, timeout=60)
    expect("status", done.returncode, 1)
    if b"cannot write the output" not in done.stderr:
        raise AssertionError(done.stderr)
