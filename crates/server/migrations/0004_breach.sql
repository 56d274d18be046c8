-- What people were told about a breach. Purposes and texts are JSON; without purposes every record of the time is meant.
CREATE TABLE breach (
    id          BYTES NOT NULL PRIMARY KEY,
    site        INT8 NOT NULL REFERENCES site,
    since       INT8 NOT NULL,
    until       INT8 NOT NULL,
    purposes    TEXT NOT NULL,
    texts       TEXT NOT NULL,
    created_at  INT8 NOT NULL,
    at          INT8 NOT NULL
){strict};
CREATE INDEX breach_site ON breach (site);
