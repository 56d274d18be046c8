-- How many people a notice concerns; nothing until that was counted.
ALTER TABLE breach ADD COLUMN concerned INT8;

-- Which months of a site's statistics were opened for reading, in which month that was, and what it cost: thousandths of
-- epsilon. A month stays open; only opening it costs.
CREATE TABLE opened (
    site        INT8 NOT NULL,
    month       INT8 NOT NULL,
    during      INT8 NOT NULL,
    cost        INT8 NOT NULL,
    PRIMARY KEY (site, month, during)
){rowless};
