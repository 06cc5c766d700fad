"""Finding and seeing residents: for everybody who may."""
