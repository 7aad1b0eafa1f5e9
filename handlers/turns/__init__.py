"""What a turn is made of: admission, the batch, its changes, quarantine. `handlers.turn` is the door."""
