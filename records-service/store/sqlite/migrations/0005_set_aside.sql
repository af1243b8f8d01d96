-- oldest_reader: 1
-- Migration 5: assessments that a release of before recorded and this one cannot use, moved here by `ladderctl store
-- repair`. A program of an earlier release neither erases nor exports what lies here: repair nothing before the last of
-- them has stopped.

-- The columns of assessment, when it was moved and why. `cohort` is the one that was released with it; empty: none was.
CREATE TABLE assessment_set_aside (
  clinic         TEXT    NOT NULL,
  client         TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  request_id     TEXT    NOT NULL,
  quiz           TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  campaign       TEXT    NOT NULL,
  assess_time    INTEGER NOT NULL,
  create_time    INTEGER NOT NULL,
  submission     BLOB    NOT NULL,
  result         BLOB    NOT NULL,
  series         TEXT    NOT NULL,
  slices         TEXT    NOT NULL,
  outcome        BLOB    NOT NULL,
  late           INTEGER NOT NULL,
  cohort         TEXT    NOT NULL,
  set_aside_time INTEGER NOT NULL,
  why            TEXT    NOT NULL,
  PRIMARY KEY (clinic, id),
  UNIQUE (clinic, request_id)
) STRICT;

CREATE INDEX set_aside_by_client ON assessment_set_aside (clinic, client, id);
CREATE INDEX set_aside_by_time ON assessment_set_aside (clinic, assess_time);
CREATE INDEX set_aside_by_cohort ON assessment_set_aside (clinic, cohort, client);

-- How many of its assessments a release could not use. They are not in its figures.
ALTER TABLE cohort ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
-- How many of `removals` have moved assessments to here, and removed none.
ALTER TABLE clinic ADD COLUMN repairs INTEGER NOT NULL DEFAULT 0;

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('assessment_set_aside', 'sqlite_autoindex_assessment_set_aside_1', '1000 10 1'),
  ('assessment_set_aside', 'sqlite_autoindex_assessment_set_aside_2', '1000 10 1'),
  ('assessment_set_aside', 'set_aside_by_client', '1000 10 2 1'),
  ('assessment_set_aside', 'set_aside_by_time', '1000 10 1'),
  ('assessment_set_aside', 'set_aside_by_cohort', '1000 10 2 1');
