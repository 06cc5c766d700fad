"""The feed rows of the invented city: one function per data set, each yielding cells by the identifiers of its layout."""
