-- What was released to those who may see statistics: noised, and nothing that few people are in. There is nothing more
-- exact to be asked; every answer is a sum of these rows.
CREATE TABLE released (
    site        INT8 NOT NULL,
    day         INT8 NOT NULL,
    purpose     TEXT NOT NULL,
    regime      TEXT NOT NULL,
    version     INT8 NOT NULL,
    granted     INT8 NOT NULL,
    refused     INT8 NOT NULL,
    PRIMARY KEY (site, day, purpose, regime, version)
){rowless};

-- Up to which day that was done, and from which leaf on the next days are.
CREATE TABLE release (
    one         INT8 NOT NULL PRIMARY KEY CHECK (one = 1),
    day         INT8 NOT NULL,
    at          INT8 NOT NULL
){strict};
INSERT INTO release (one, day, at) VALUES (1, 0, -1);
