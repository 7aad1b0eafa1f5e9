"""What `amends doctor` looks at, by subject."""
