"""Verbs that follow outlets for months: run, schedule, status, health, watch."""
