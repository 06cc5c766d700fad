"""Bases of forms (下敷き): the city's official PDF made clean, measured and pictured, in a process of its own.

What comes in was made by anybody; what goes out is written anew by this package and holds nothing but what is printed.
`Renderer.normalise` and `Renderer.pictures` are the doors; nothing here runs in the server's own process but `model` and `wire`.
"""
