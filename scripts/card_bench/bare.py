"""``python -m card_bench.bare READER TIMES``: the commands on standard input, through pyscard and nothing else."""

from __future__ import annotations

import json
import sys
import time

from smartcard import scard


def main(name: str, times: int) -> None:
    """Prints the seconds of each round as JSON; powering the card up and down is part of a round."""
    commands = [list(bytes.fromhex(command)) for command in json.load(sys.stdin)]
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        code, card, protocol = scard.SCardConnect(context, name, scard.SCARD_SHARE_SHARED, protocols)
        for command in commands:
            code = code or scard.SCardTransmit(card, protocol, command)[0]
        if code:
            sys.exit(f"{name}: {scard.SCardGetErrorMessage(code)}")
        scard.SCardDisconnect(card, scard.SCARD_UNPOWER_CARD)
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
