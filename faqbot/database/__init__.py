"""Where everything is kept: SQLite or PostgreSQL behind one interface, tables and migrations."""
