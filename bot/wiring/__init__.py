"""From settings to the parts that the application is composed of."""
