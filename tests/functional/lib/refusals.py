# SPDX-License-Identifier: GPL-2.0-only
"""For tests that send what is wrong: what is said, whom it blames, and that nothing has changed."""
import errno

import vrnl as v
from vrnl import more

EINVAL, ERANGE, ENOENT, EEXIST, EPERM = errno.EINVAL, errno.ERANGE, errno.ENOENT, errno.EEXIST, errno.EPERM

# What the kernel's own policy check says; of these one text may stand for the same mistake in several attributes.
TOO_LONG_A_WORD = "invalid attribute length"
RANGE = "integer out of range"
BYTES = "binary attribute size out of range"
MASK = "reserved bit set"
UNKNOWN = "Unknown attribute type"
UNSUPPORTED = "Unsupported attribute"
POLICY = "Attribute failed policy validation"
NOT_NESTED = "NLA_F_NESTED is missing"
NESTED = "NLA_F_NESTED not expected"
LEFTOVER = "bytes leftover after parsing attributes"
KERNEL = {TOO_LONG_A_WORD, RANGE, BYTES, MASK, UNKNOWN, UNSUPPORTED, POLICY, NOT_NESTED, NESTED, LEFTOVER}


class Refusals(v.Checks):
    """Sends what is wrong, compares what is said, and remembers every text for the last check."""

    def __init__(self):
        super().__init__()
        self.nl = v.Socket()
        self.said = {}
        self.before = None

    def state(self):
        """All there is, as bytes; without counters."""
        nl = self.nl
        numbers = [number.u32(v.VR_A_VRF_ID) for number in nl.dump(v.VR_CMD_VRF_GET)]
        tables = [nl.dump(v.VR_CMD_VRF_GET), nl.dump(v.VR_CMD_NH_GET), nl.dump(v.VR_CMD_MPLS_GET),
                  nl.dump(v.VR_CMD_VXLAN_GET)]
        for number in numbers:
            tables.append(nl.dump(v.VR_CMD_ROUTE_GET, v.u32(v.VR_A_ROUTE_VRF, number)))
            tables.append(nl.dump(v.VR_CMD_BRIDGE_GET, v.u32(v.VR_A_BRIDGE_VRF, number)))
        state = [message.data for table in tables for message in table]
        for message in nl.dump(v.VR_CMD_VIF_GET):
            state.append(b"".join(data for kind, data in message.list
                                  if kind < v.VR_A_VIF_RX_PACKETS or kind == v.VR_A_VIF_FAT))
        for message in nl.dump(v.VR_CMD_FLOW_GET):
            state.append(b"".join(data for kind, data in message.list if kind < v.VR_A_FLOW_STATE))
        state.append(nl.get(v.VR_CMD_CONF_GET).data)
        return state

    def refused(self, mistake, cmd, request, code, said, blamed=None, missing=None, **how):
        """
        One wrong request. mistake names what is wrong in it: equal texts are allowed for equal mistakes only.
        blamed: attribute type, or a tuple of them from the outside in. how: flags, reserved, tail, dump; late: a dump
        is under way when it is refused, and then Linux 6.1 passes on the text but no attribute, as later ones do.
        """
        attrs = list(request.values()) if isinstance(request, dict) else list(request)
        blamed = (blamed,) if isinstance(blamed, int) else blamed
        missing = ((), missing) if isinstance(missing, int) else missing
        late = how.pop("late", False)
        flags = (v.NLM_F_DUMP if how.pop("dump", False) else v.NLM_F_ACK) | how.pop("flags", 0)
        name = f"{COMMANDS[cmd]}{' dump' if flags & v.NLM_F_DUMP == v.NLM_F_DUMP else ''}: {mistake}"
        try:
            self.nl.talk(self.nl.build(cmd, attrs, flags, **how))
        except v.Refused as error:
            got = (error.errno, error.text, error.blamed, error.missing)
            want = (code, said, blamed, missing)
            good = self.check(got == want or late and got == (code, said, None, None), name, f"{error}, not {want}")
        else:
            good = self.check(False, name, "was accepted")
        if self.before is not None:
            now = self.state()
            if now != self.before:
                self.check(False, name, "it has changed something")
                self.before = now
        if good and said:
            about = said in KERNEL and (cmd_object(cmd), blamed)
            self.said.setdefault((said, about), set()).add(mistake)

    def texts_are_distinct(self):
        for (said, about), mistakes in self.said.items():
            if said not in KERNEL:
                self.check(len(mistakes) == 1, f"text for one mistake only: {said}", sorted(mistakes))
            elif said not in (UNKNOWN, UNSUPPORTED, LEFTOVER):
                self.check(len(mistakes) == 1, f"text and attribute for one mistake only: {said}, {about}",
                           sorted(mistakes))


def commands():
    return {getattr(v, name): name[len("VR_CMD_"):].lower().replace("_", "-")
            for name in vars(v) if name.startswith("VR_CMD_") and not name.endswith(("_MAX", "_UNSPEC"))}


COMMANDS = commands()


def cmd_object(cmd):
    return COMMANDS[cmd].split("-")[0]


def wrong_lengths(test, what, cmd, request, kinds, said=TOO_LONG_A_WORD, code=EINVAL):
    """A byte less and a byte more than the attribute has."""
    for kind in kinds:
        right = request.get(kind, v.u32(kind, 1))
        payload = right[4:4 + int.from_bytes(right[:2], "little") - 4]
        for data in (payload[:-1], payload + b"\0"):
            test.refused(f"{what} {kind} of a wrong length", cmd, more(request, kind, v.attr(kind, data)),
                         code, said, blamed=kind)


def out_of_range(test, cmd, request, kind, values, mistake):
    for value in values:
        test.refused(mistake, cmd, more(request, kind, v.u32(kind, value)), ERANGE, RANGE, blamed=kind)


def only_reported(test, cmd, request, kinds):
    for kind, said in kinds.items():
        test.refused(f"out-only attribute {kind}", cmd, more(request, kind, v.attr(kind, bytes(8))), EINVAL,
                     f"{said} is only ever reported", blamed=kind)
