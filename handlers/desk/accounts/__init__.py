"""Who is at the desk: trying a password, proving oneself again, passkeys, an issuer's sign-in, leaving the group."""
