"""WeasyPrint in the environment the benchmark made for it: a line names an HTML file and a PDF file, the answer is "done"."""

import importlib
import sys


def main() -> None:
    """Serve until the input ends; the process, its fonts and its caches stay warm."""
    engine = importlib.import_module("weasyprint")  # of that environment, not of the project's
    print("ready", flush=True)
    for line in sys.stdin:
        source, target = line.rstrip("\n").split("\t")
        engine.HTML(filename=source).write_pdf(target)
        print("done", flush=True)


if __name__ == "__main__":
    main()
