-- Who may sign in to the admin pages. Of the password only a hash is kept: argon2id, as a PHC text.
CREATE TABLE admin (
    name        TEXT NOT NULL PRIMARY KEY,
    password    TEXT NOT NULL,
    scope       TEXT NOT NULL,
    site        INT8,
    created_at  INT8 NOT NULL
){strict};

-- Who is signed in. Of the cookie only a hash is kept.
CREATE TABLE session (
    hash        BYTES NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL REFERENCES admin,
    created_at  INT8 NOT NULL,
    seen_at     INT8 NOT NULL
){strict};
CREATE INDEX session_name ON session (name);
