# SPDX-License-Identifier: GPL-2.0-only
"""The commands of agents and the reasons of traps, from <vrouter/trap.h>: {number: name}."""

import os
import re

TRAP_H = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../include/uapi/vrouter/trap.h")


def _enum(prefix):
    with open(TRAP_H, encoding="utf-8") as file:
        return {int(number): name for name, number in re.findall(rf"\b{prefix}(\w+) = (\d+),", file.read())}


COMMANDS = _enum("VR_AGENT_CMD_")
REASONS = _enum("VR_TRAP_")
