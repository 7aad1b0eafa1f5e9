"""What is to happen later: outgoing messages, webhooks, timers; and what could not be delivered."""
