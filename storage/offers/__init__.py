"""Offers, their lines and findings as rows, written with the case that holds them; figures are counts over rows."""
