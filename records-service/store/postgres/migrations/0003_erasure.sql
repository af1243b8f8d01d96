-- oldest_reader: 1
-- Migration 3: what is left of assessments that were erased or outlived their retention: keyed hashes, no content. A
-- program of an earlier release does not look for it: erase nobody before the last of them has stopped. Making the index
-- keeps writers waiting for one pass over the table.

-- One row: the key of the hashes, made of 244 random bits. Never leaves the store.
CREATE TABLE store_secret (
  secret bytea NOT NULL
);
INSERT INTO store_secret VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- Every clinic that ever recorded something. Writers hold its row shared, whoever removes something alone. `removals`
-- counts transactions that have left tombstones; 0: there are none to look for.
CREATE TABLE clinic (
  clinic   text   COLLATE "C" NOT NULL PRIMARY KEY,
  removals bigint NOT NULL
);
INSERT INTO clinic SELECT DISTINCT clinic, 0 FROM assessment;

CREATE TABLE erased_client (
  clinic     text   COLLATE "C" NOT NULL,
  hash       bytea  NOT NULL,
  erase_time bigint NOT NULL,
  PRIMARY KEY (clinic, hash)
);

-- Without an expire_time: for ever.
CREATE TABLE erased_request (
  clinic      text   COLLATE "C" NOT NULL,
  hash        bytea  NOT NULL,
  expire_time bigint,
  PRIMARY KEY (clinic, hash)
);

CREATE INDEX erased_request_expiring ON erased_request (clinic, expire_time) WHERE expire_time IS NOT NULL;

CREATE INDEX assessment_by_time ON assessment (clinic, assess_time);
CREATE INDEX standing_by_client ON standing (clinic, client, series);
