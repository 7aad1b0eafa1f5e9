"""Figures: counts over rows that can be listed one by one."""
