"""What a customer may ask about the data that is kept about them: finding it, taking it along, erasing it."""
