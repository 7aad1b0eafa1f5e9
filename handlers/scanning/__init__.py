"""Looking for what is harmful in files: by a scanner that somebody runs beside us."""
