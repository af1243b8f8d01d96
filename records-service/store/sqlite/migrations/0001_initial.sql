-- oldest_reader: 1
-- Migration 1: quizzes and assessments. docs/formats/sqlite.md explains the tables. Times are nanoseconds since
-- 1970-01-01 UTC. A migration that was released never changes.

CREATE TABLE quiz (
  quiz           TEXT    NOT NULL PRIMARY KEY,
  revision       INTEGER NOT NULL,
  generation     INTEGER NOT NULL,
  latest_version INTEGER NOT NULL,
  create_time    INTEGER NOT NULL,
  update_time    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
  quiz        TEXT    NOT NULL PRIMARY KEY,
  definition  BLOB    NOT NULL,
  etag        TEXT    NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;

CREATE TABLE version (
  quiz         TEXT    NOT NULL,
  number       INTEGER NOT NULL,
  definition   BLOB    NOT NULL,
  digest       TEXT    NOT NULL,
  publish_time INTEGER NOT NULL,
  retire_time  INTEGER,
  PRIMARY KEY (quiz, number),
  UNIQUE (quiz, digest)
) STRICT;

CREATE TABLE activation (
  quiz       TEXT    NOT NULL,
  generation INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  beneath    INTEGER NOT NULL,
  time       INTEGER NOT NULL,
  PRIMARY KEY (quiz, generation)
) STRICT, WITHOUT ROWID;

-- With row ids: a row is about 2 kB and may be 1 MB, which a tree of keys should not have to carry.
CREATE TABLE assessment (
  clinic      TEXT    NOT NULL,
  client      TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  request_id  TEXT    NOT NULL,
  quiz        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  campaign    TEXT    NOT NULL,
  assess_time INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  submission  BLOB    NOT NULL,
  result      BLOB    NOT NULL,
  PRIMARY KEY (clinic, id),
  UNIQUE (clinic, request_id)
) STRICT;

-- `quiz` stands last so that a list of one quiz is picked from the index alone.
CREATE INDEX assessment_by_client ON assessment (clinic, client, assess_time, id, quiz);
