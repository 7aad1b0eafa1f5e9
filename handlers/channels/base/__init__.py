"""What several channels share: events from requests, messages as JSON, the stream, files, polling."""
