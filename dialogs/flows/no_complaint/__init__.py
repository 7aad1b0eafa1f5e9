"""What is no complaint: praise, a suggestion, a question, a wrong address, small talk, an insult."""
