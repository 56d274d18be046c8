-- How far the people's keys are wrapped with the newest wrapping key: all up to this person, or all, if none is named.
-- An index over the table of people would tell it too, at the price of a page for every new person.
DROP INDEX subject_kek;
CREATE TABLE rewrap (
    one         INT8 NOT NULL PRIMARY KEY CHECK (one = 1),
    kek         INT8 NOT NULL,
    site        INT8,
    subject     BYTES
){strict};
INSERT INTO rewrap (one, kek) VALUES (1, 0);
