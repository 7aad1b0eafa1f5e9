"""What people at the desks may do, once for the web desk and the group on Telegram."""
