"""Files that a customer sends: kept with the complaint or the case, pictures of an album together."""
