"""The language model, from the settings: built, looked at, and asked to propose labels."""
