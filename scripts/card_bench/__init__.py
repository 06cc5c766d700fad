"""What the agent adds to a card's own time, over the real pcscd with virtual cards."""
