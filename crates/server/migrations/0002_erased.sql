-- What was erased must not come back out of an outbox. A mark is a keyed digest of a pseudonym or of a record's id: it
-- answers whether something was erased, and leads nowhere. It goes when an outbox cannot hold the record any more.
CREATE TABLE erased (
    site        INT8 NOT NULL,
    mark        BYTES NOT NULL,
    since       INT8 NOT NULL,
    PRIMARY KEY (site, mark)
){rowless};
CREATE INDEX erased_since ON erased (since);
