"""The demonstration: a small invented press on loopback, and a tour of what the archive makes of it.

Nothing of it is used elsewhere. Tested in tests/demo/.
"""
