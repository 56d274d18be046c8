//! What this is: where records, subjects, keys and the log are kept: SQLite or PostgreSQL behind one door.
