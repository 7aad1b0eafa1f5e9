"""How staff prove who they are beside a password: passkeys, and accounts at an issuer (OpenID Connect)."""
