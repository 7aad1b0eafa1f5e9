"""What has a form of its own: days, times, money, numbers, contacts."""
