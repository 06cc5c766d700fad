"""Kakanai: the counter-service system (書かない窓口) of a Japanese city."""
