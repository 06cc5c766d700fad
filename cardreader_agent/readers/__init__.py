"""The readers beside a counter PC: PC/SC as the usual way, nfcpy as a configured second one.

    reader = ReaderProcess("pcsc", "Sony FeliCa Port/PaSoRi 4.0 0")     # or ReaderProcess("nfcpy", "usb")
    reading = read_card(reader, ask, progress)

One reader per device for the life of the program; `names` lists what PC/SC knows, for the self-check and the settings.
"""
