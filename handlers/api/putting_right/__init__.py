"""How a complaint is put right, for other programs: findings, offers, fulfilment, resolutions."""
