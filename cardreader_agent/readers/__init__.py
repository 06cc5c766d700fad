"""The readers beside a counter PC: PC/SC as the usual way, nfcpy as a configured second one."""
