-- oldest_reader: 1
-- Migration 3: what is left of assessments that were erased or outlived their retention: keyed hashes, no content. A
-- program of an earlier release does not look for it: erase nobody before the last of them has stopped.

-- One row: the key of the hashes. Never leaves the store.
CREATE TABLE store_secret (
  secret BLOB NOT NULL
) STRICT;
INSERT INTO store_secret VALUES (randomblob(32));

-- Every clinic that ever recorded something. Writers hold its row shared, whoever removes something alone. `removals`
-- counts transactions that have left tombstones; 0: there are none to look for.
CREATE TABLE clinic (
  clinic   TEXT    NOT NULL PRIMARY KEY,
  removals INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO clinic SELECT DISTINCT clinic, 0 FROM assessment;

CREATE TABLE erased_client (
  clinic     TEXT    NOT NULL,
  hash       BLOB    NOT NULL,
  erase_time INTEGER NOT NULL,
  PRIMARY KEY (clinic, hash)
) STRICT, WITHOUT ROWID;

-- Without an expire_time: for ever.
CREATE TABLE erased_request (
  clinic      TEXT    NOT NULL,
  hash        BLOB    NOT NULL,
  expire_time INTEGER,
  PRIMARY KEY (clinic, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX erased_request_expiring ON erased_request (clinic, expire_time) WHERE expire_time IS NOT NULL;

CREATE INDEX assessment_by_time ON assessment (clinic, assess_time);
CREATE INDEX standing_by_client ON standing (clinic, client, series);
