"""Finds which of many known things a name means, with reasons, and says so when none or several fit."""
