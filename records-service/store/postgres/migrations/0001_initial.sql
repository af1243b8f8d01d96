-- oldest_reader: 1
-- Migration 1: quizzes and assessments. docs/formats/postgres.md explains the tables. Times are nanoseconds since
-- 1970-01-01 UTC. Text is compared byte by byte, whatever the database's own collation. A migration that was released
-- never changes.

CREATE TABLE quiz (
  quiz           text   COLLATE "C" NOT NULL PRIMARY KEY,
  revision       bigint NOT NULL,
  generation     bigint NOT NULL,
  latest_version bigint NOT NULL,
  create_time    bigint NOT NULL,
  update_time    bigint NOT NULL
);

CREATE TABLE draft (
  quiz        text   COLLATE "C" NOT NULL PRIMARY KEY,
  definition  bytea  NOT NULL,
  etag        text   COLLATE "C" NOT NULL,
  update_time bigint NOT NULL
);

CREATE TABLE version (
  quiz         text   COLLATE "C" NOT NULL,
  number       bigint NOT NULL,
  definition   bytea  NOT NULL,
  digest       text   COLLATE "C" NOT NULL,
  publish_time bigint NOT NULL,
  retire_time  bigint,
  PRIMARY KEY (quiz, number),
  UNIQUE (quiz, digest)
);

CREATE TABLE activation (
  quiz       text   COLLATE "C" NOT NULL,
  generation bigint NOT NULL,
  version    bigint NOT NULL,
  beneath    bigint NOT NULL,
  time       bigint NOT NULL,
  PRIMARY KEY (quiz, generation)
);

CREATE TABLE assessment (
  clinic      text   COLLATE "C" NOT NULL,
  client      text   COLLATE "C" NOT NULL,
  id          text   COLLATE "C" NOT NULL,
  request_id  text   COLLATE "C" NOT NULL,
  quiz        text   COLLATE "C" NOT NULL,
  version     bigint NOT NULL,
  campaign    text   COLLATE "C" NOT NULL,
  assess_time bigint NOT NULL,
  create_time bigint NOT NULL,
  submission  bytea  NOT NULL,
  result      bytea  NOT NULL,
  PRIMARY KEY (clinic, id),
  UNIQUE (clinic, request_id)
);

-- `quiz` stands last so that a list of one quiz is picked from the index alone.
CREATE INDEX assessment_by_client ON assessment (clinic, client, assess_time, id, quiz);
