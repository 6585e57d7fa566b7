"""Tests of newsarchive/messages."""
