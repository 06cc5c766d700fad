"""A process that reads a card as the agent does, and then waits: its memory is looked through from outside.

python -m tests.agent.reading_process READER KIND
standard input: the secret, each byte turned over, as hexadecimal; anything more ends the process
"""

from __future__ import annotations

import sys

from cardreader_agent.readers.process import ReaderProcess
from cardreader_agent.reading import CardProblem, Question, Secret, SecretKind
from cardreader_agent.session import read_card


def main(name: str, kind: str) -> None:
    turned = bytes.fromhex(sys.stdin.readline())

    def ask(_question: Question) -> Secret:
        value = bytearray(len(turned))
        for place, byte in enumerate(turned):
            value[place] = byte ^ 0xFF
        return Secret(SecretKind(kind), value)

    reader = ReaderProcess("pcsc", name)
    try:
        read_card(reader, ask, lambda _stage, _card: None, wait=5)
        sys.stdout.write("read\n")
    except CardProblem as problem:
        sys.stdout.write(f"{problem.outcome}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    reader.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
