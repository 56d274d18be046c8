//! What this is: the settings of an archive, from a TOML file, flags and environment, checked as a whole.
