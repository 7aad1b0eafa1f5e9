"""Files are looked at by a scanner that somebody runs beside us; what is refused is refused in words."""
