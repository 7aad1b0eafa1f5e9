"""Two people and what stands between them: a customer somewhere, a colleague somewhere, the whole application."""
