-- The archive, version 1. Both engines read this file: INT8, BYTES and the words in braces are put in by the runner
-- (src/store/migrate.rs). Times are milliseconds since 1970.
--
-- A place in a log is one number, here always called "at": log * 2^40 + index. A pointer to a leaf is such a number.

-- One row that every writer locks first, so that writers stand in one line whatever the engine.
CREATE TABLE sequencer (
    one         INT8 NOT NULL PRIMARY KEY CHECK (one = 1),
    -- Counts the changes of the keys' directory, so that every writer reads it again.
    keys        INT8 NOT NULL
){strict};
INSERT INTO sequencer (one, keys) VALUES (1, 1);

-- A log: one shard of time, with its own origin. The frontier holds the roots of the perfect subtrees, so that nobody
-- needs the tree to append to it. `note` is the last signed checkpoint.
CREATE TABLE log (
    log         INT8 NOT NULL PRIMARY KEY,
    origin      TEXT NOT NULL UNIQUE,
    period      INT8 NOT NULL,
    size        INT8 NOT NULL CHECK (size >= 0),
    frontier    BYTES NOT NULL,
    note        TEXT NOT NULL,
    opened_at   INT8 NOT NULL,
    state       INT8 NOT NULL
){strict};

-- Which public keys sign which part of a log: from the leaf `since` on. The newest also signs receipts.
CREATE TABLE signer (
    log         INT8 NOT NULL REFERENCES log,
    since       INT8 NOT NULL,
    verifier    TEXT NOT NULL,
    newest      INT8 NOT NULL,
    PRIMARY KEY (log, since, verifier)
){strict};

-- Every leaf. A person's record has `subject`; after an erasure all but place, kind and commitment is gone, and `gone`
-- points to the tombstone.
CREATE TABLE record (
    at          INT8 NOT NULL PRIMARY KEY,
    kind        INT8 NOT NULL,
    site        INT8,
    id          BYTES,
    subject     BYTES,
    prev        INT8,
    received_at INT8,
    commitment  BYTES NOT NULL,
    sealed      BYTES,
    gone        INT8
){strict};
-- The idempotency key. Not per log: a record that is sent again after the shard has turned is still the same.
CREATE UNIQUE INDEX record_id ON record (site, id);
-- What a tombstone names.
CREATE INDEX record_gone ON record (gone) WHERE gone IS NOT NULL;
-- What the house did: policies, keys, erasures, settings.
CREATE INDEX record_house ON record (at) WHERE kind > 2;

-- A pseudonym, the hash of its token, its key (wrapped), its newest record. Subject zero of site zero is the house.
CREATE TABLE subject (
    site        INT8 NOT NULL,
    subject     BYTES NOT NULL,
    auth        BYTES,
    kek         INT8 NOT NULL,
    dek         BYTES NOT NULL,
    last        INT8,
    PRIMARY KEY (site, subject)
){rowless};
CREATE INDEX subject_kek ON subject (kek);

-- Tiles of 256 hashes. Of leaves only full ones are kept; above, a tile grows by one hash per full tile below it.
CREATE TABLE tile (
    log         INT8 NOT NULL REFERENCES log,
    level       INT8 NOT NULL,
    n           INT8 NOT NULL,
    hashes      BYTES NOT NULL,
    PRIMARY KEY (log, level, n)
){strict};

CREATE TABLE site (
    site        INT8 NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    origins     TEXT NOT NULL,
    erasure     TEXT NOT NULL,
    erasure_delay INT8 NOT NULL,
    restrict_key BYTES,
    restrict_for INT8 NOT NULL,
    retention   INT8 NOT NULL,
    created_at  INT8 NOT NULL,
    at          INT8 NOT NULL
){strict};

CREATE TABLE policy (
    site        INT8 NOT NULL REFERENCES site,
    version     INT8 NOT NULL,
    digest      BYTES NOT NULL,
    document    TEXT NOT NULL,
    published_at INT8 NOT NULL,
    at          INT8 NOT NULL,
    PRIMARY KEY (site, version)
){strict};

-- Who may administer. Only a hash of the token is kept.
CREATE TABLE token (
    hash        BYTES NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    scope       TEXT NOT NULL,
    site        INT8,
    created_at  INT8 NOT NULL,
    expires_at  INT8 NOT NULL,
    revoked_at  INT8
){strict};

-- Erasures, asked for and done. Once done, nothing in here leads to a person.
CREATE TABLE erasure (
    id          BYTES NOT NULL PRIMARY KEY,
    site        INT8 NOT NULL,
    subject     BYTES,
    mode        TEXT NOT NULL,
    asked_at    INT8 NOT NULL,
    due_at      INT8 NOT NULL,
    done_at     INT8,
    scrubbed    INT8 NOT NULL,
    keep_until  INT8,
    escrow      BYTES,
    at          INT8,
    last        INT8
){strict};
CREATE INDEX erasure_due ON erasure (due_at) WHERE done_at IS NULL;
CREATE UNIQUE INDEX erasure_subject ON erasure (site, subject);
