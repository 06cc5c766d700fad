"""What people see and touch beside the reader: the PIN, the printed number, how far the reading is, and what went wrong."""
