//! What this is: the archive over HTTP.
