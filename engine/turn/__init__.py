"""One turn: admission, reading, the batch in one transaction, its effects as rows, quarantine."""
