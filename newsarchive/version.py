"""The program's version: in one place, for the package, its metadata and what it writes. Tested in tests/test_public.py."""

__version__ = "0.1.0"
