"""Who may enter the console: accounts, sessions, passwords, OpenID Connect, and the journal."""
