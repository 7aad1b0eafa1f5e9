"""Taking a complaint: from the story to a summary that the customer confirms."""
