# SPDX-License-Identifier: GPL-2.0-only
"""Usage errors, help, manual pages and completion."""

import os
import re
import subprocess

from harness import NAMES, ROOT, TOOLS, Skip, expect, header, plain, refuses, settings, test, tool
from wrong_use import USAGE_ERRORS


@test
def usage_errors():
    for command, text in USAGE_ERRORS:
        refuses(command, text)


@test
def usage_error_is_one_line():
    refuses(["nh", "--get", "a\nb\x1b[m"], "--get: 'a?b?[m' is not a number")


@test
def help_text():
    for name in NAMES:
        for flag in ("--help", "-h"):
            done = tool([name, flag])
            expect(f"{name} {flag}: status", done.returncode, 0)
            expect(f"{name} {flag}: errors", done.stderr, b"")
            if not done.stdout.startswith(f"usage: {name} ".encode()):
                raise AssertionError(f"{name} {flag} does not begin with its usage")
            wide = [line for line in done.stdout.decode().split("\n") if len(line) > 80]
            expect(f"{name} {flag}: lines above 80 columns", wide, [])
    expect("help among others", tool("nh --get 3 --help").returncode, 0)


@test
def version():
    with open(os.path.join(ROOT, "include/vr/version.h"), encoding="utf-8") as file:
        number = re.search(r'VR_VERSION "(.*)"', file.read())[1]
    expect("nh --version", tool("nh --version").stdout.decode(), f"nh (vrouter) {number}\n")
    expect("vrtool -V", tool("vrtool -V").stdout.decode(), f"vrtool (vrouter) {number}\n")


@test
def one_program_many_names():
    for name in NAMES:
        expect(name, tool(["vrtool", name, "--help"]).stdout, tool([name, "--help"]).stdout)
        if name not in tool("vrtool --help").stdout.decode():
            raise AssertionError(f"vrtool --help does not mention {name}")


def options_of(name):
    return sorted(set(re.findall(r"^  (?:-\w, )?(--[a-z0-9-]+)", tool([name, "--help"]).stdout.decode(), re.M)))


@test
def manual_pages_are_complete():
    for name in NAMES:
        with open(os.path.join(ROOT, "utils/man", name + ".8"), encoding="utf-8") as file:
            page = plain(file.read())
        for option in options_of(name):
            if not re.search(re.escape(option) + r"\b(?!-)", page):
                raise AssertionError(f"{name}.8 does not mention {option}")
        for words in re.findall(r"(?:one|any) of: ([a-z0-9, -]+?)(?=\n  -|\n\n|$)",
                                re.sub(r"\n {20,}", " ", tool([name, "--help"]).stdout.decode())):
            for word in words.split(", "):
                if not re.search(r"(?<![\w-])" + re.escape(word) + r"(?![\w-])", page):
                    raise AssertionError(f"{name}.8 does not mention the word {word}")


@test
def manual_pages_name_no_strangers():
    for name in NAMES:
        with open(os.path.join(ROOT, "utils/man", name + ".8"), encoding="utf-8") as file:
            page = plain(file.read())
        known = set().union(*(options_of(other) for other in NAMES))
        strangers = sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", page)) - known)
        expect(f"{name}.8: options that no tool has", strangers, [])


@test
def manual_pages_are_well_formed():
    if subprocess.run(["sh", "-c", "command -v groff"], capture_output=True).returncode:
        raise Skip("no groff")
    for name in NAMES:
        page = os.path.join(ROOT, "utils/man", name + ".8")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, timeout=60)
        expect(f"{name}.8: complaints", done.stderr.decode(), "")


@test
def drop_reasons_are_in_the_manual():
    with open(os.path.join(ROOT, "utils/man/dropstats.8"), encoding="utf-8") as file:
        page = file.read()
    reasons = re.findall(r'X\(\w+, "(\w+)", "([^"]+)"', header("drop.h"))
    if len(reasons) != header("drop.h").count("\tX("):
        raise AssertionError("cannot read drop.h")
    for key, label in reasons:
        if key != "none" and (key not in page.split() or label not in page):
            raise AssertionError(f"dropstats.8 does not explain {key} ({label})")


@test
def settings_are_in_the_manual():
    with open(os.path.join(ROOT, "utils/man/vrouter.8"), encoding="utf-8") as file:
        page = file.read()
    for _, word, default, least, most in settings():
        if f'.BR {word} " (default {default}, {least} to {most})"\n' not in page:
            raise AssertionError(f"vrouter.8 does not explain {word} with its default and range")


@test
def flow_drop_reasons_are_in_the_manual():
    with open(os.path.join(ROOT, "utils/man/flow.8"), encoding="utf-8") as file:
        page = plain(file.read())
    words = re.search(r"\n  --drop-reason .*? of:\s+(.*?)\n  --", tool("flow --help").stdout.decode(), re.S)[1].split()
    expect("reasons", len(words), 0x22 + 1)
    for number, word in enumerate(words):
        if f".B {word.rstrip(',')}\n{number}: " not in page:
            raise AssertionError(f"flow.8 does not explain {word} as {number}")


# --- completion --------------------------------------------------------------------------------------------------------

def complete(*words):
    """What bash offers for the last word."""
    script = """
        . "$1"; shift
        PATH=$TOOLS:$PATH
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _vrouter "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    path = os.path.join(ROOT, "utils/completion/vrouter")
    done = subprocess.run(["bash", "-c", script, "bash", path, *words], capture_output=True, timeout=60,
                          env={**os.environ, "TOOLS": TOOLS})
    expect(f"completion of {words}: errors", done.stderr.decode(), "")
    return done.stdout.decode().split()


@test
def completion():
    for name in NAMES:
        expect(f"{name}: options", sorted(complete(name, "--")), options_of(name))
    expect("begun", complete("vif", "--mc"), ["--mcast-vrf"])
    expect("types", complete("vif", "--add", "tap0", "--type", "p"), ["physical"])
    expect("families", complete("rt", "--dump", "1", "--family", ""), ["inet", "inet6", "bridge"])
    expect("flags", complete("vif", "--set", "3", "--flags", "l"), ["l3", "l2"])
    expect("second flag", complete("vif", "--set", "3", "--flags", "l2,pro"), ["l2,promisc"])
    expect("actions", complete("flow", "--create", "--action", "d"), ["drop"])
    expect("protocols", complete("flow", "--create", "--proto", "icmp"), ["icmp", "icmp6"])
    expect("encapsulations", complete("nh", "--create", "5", "--encap", "m"), ["mpls-udp", "mpls-gre"])
    expect("kinds", complete("nh", "--create", "5", "--kind", "e"), ["encap", "evpn", "ecmp"])
    expect("fields", complete("nh", "--create", "5", "--hash", "sip,d"), ["sip,dip", "sip,dport"])
    expect("flags of nexthops", complete("nh", "--create", "5", "--flags", "udp"), ["udp-csum", "udp6-zero-csum"])
    expect("settings", complete("vrouter", "--set", "hold_q"), ["hold_queue="])
    if "lo" not in complete("vif", "--add", "l"):
        raise AssertionError("no devices after --add")
    expect("tools", sorted(complete("vrtool", "vr")), ["vrftable", "vrouter"])
    expect("options behind vrtool", complete("vrtool", "nh", "--sm"), ["--smac"])
