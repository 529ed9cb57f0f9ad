# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the tools share: running a tool, and reading what it would send."""

import json
import os
import re
import struct
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))
TOOLS = os.environ.get("TOOLS", os.path.join(ROOT, "build/utils"))
NAMES = ["vif", "nh", "rt", "mpls", "vxlan", "vrftable", "flow", "dropstats", "vrouter"]
MAC = "02:00:00:00:00:01"
AF = {"inet": 2, "inet6": 10, "bridge": 7}

tests = []


class Skip(Exception):
    """The test cannot be made here."""


def test(function):
    tests.append(function)
    return function


def tool(command, stdin=None, program=None):
    """Runs a command given as words in one string or a list; returns the finished process."""
    words = command.split() if isinstance(command, str) else command
    path = os.path.join(TOOLS, program or words[0])
    return subprocess.run([path] + words[1:], input=stdin, capture_output=True, timeout=120)


def expect(what, got, wanted):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


def refuses(command, text, stdin=None, status=2):
    """The command ends with this status, one line on standard error that holds the text, and no output."""
    done = tool(command, stdin)
    error = done.stderr.decode()
    expect(f"{command}: status ({error.strip()})", done.returncode, status)
    if text not in error:
        raise AssertionError(f"{command}: {error!r} does not say {text!r}")
    expect(f"{command}: lines on standard error", error.count("\n"), 1)
    if not isinstance(command, str) or "--batch" not in command:
        expect(f"{command}: standard output", done.stdout, b"")


def dry(command, stdin=None):
    done = tool(command + " --dry-run" if isinstance(command, str) else command + ["--dry-run"], stdin)
    if done.returncode or done.stderr:
        raise AssertionError(f"{command}: status {done.returncode}: {done.stderr.decode()}")
    return json.loads(done.stdout)


# --- the ABI, read from its headers ------------------------------------------------------------------------------------

def header(name):
    with open(os.path.join(ROOT, "include/uapi/vrouter", name), encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def settings():
    """The X-macro of settings: [(symbol, word, default, least, most)]."""
    found = re.findall(r'X\((\w+), "(\w+)", (\w+), (\w+), (\w+), \\\n', header("conf.h"))
    assert len(found) == header("conf.h").count("\tX("), "cannot read conf.h"
    return [(symbol, word) + tuple(int(number, 0) for number in numbers) for symbol, word, *numbers in found]


def read_abi():
    numbers = {"VR_A_CONF_" + entry[0]: place + 1 for place, entry in enumerate(settings())}
    text = header("netlink.h")
    for body in re.findall(r"enum \w+ \{(.*?)\};", text, re.S):
        value = 0
        for entry in body.split(","):
            match = re.match(r"\s*(\w+)\s*(?:=\s*(\w+))?\s*$", entry)
            if match and not match[1].startswith("__"):
                value = int(match[2], 0) if match[2] and match[2].isdigit() else value
                numbers[match[1]] = value
                value += 1
    for name, value in re.findall(r"#define\s+(VR_\w+)\s+(0x[0-9a-f]+|\d+)U?\s", text):
        numbers[name] = int(value, 0)
    return numbers


ABI = read_abi()


def attributes(data):
    """Netlink attributes as a list of (number, is a nest, payload)."""
    found = []
    while data:
        length, kind = struct.unpack_from("=HH", data)
        assert 4 <= length <= len(data), "attribute with a wrong length"
        found.append((kind & 0x3fff, bool(kind & 0x8000), data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


def plain(page):
    """A manual page without font changes and escaped dashes."""
    return re.sub(r"\\f[A-Z]", "", page.replace("\\-", "-"))


def u32(value):
    return struct.pack("=I", value)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def sends(command, name, prefix, wanted, **flags):
    """A dry run of the command shows exactly these attributes: [(NAME, bytes), …] in any order."""
    shown = dry(command)
    expect(f"{command}: command", shown["command"], name)
    expect(f"{command}: dump", shown["dump"], flags.get("dump", False))
    expect(f"{command}: exclusive", shown["exclusive"], flags.get("exclusive", False))
    got = sorted((number, payload) for number, _, payload in attributes(bytes.fromhex(shown["bytes"])))
    expect(f"{command}: attributes", got, sorted((ABI[prefix + attr], payload) for attr, payload in wanted))
