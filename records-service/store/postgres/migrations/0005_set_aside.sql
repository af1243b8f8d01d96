-- oldest_reader: 1
-- Migration 5: assessments that a release of before recorded and this one cannot use, moved here by `ladderctl store
-- repair`. A program of an earlier release neither erases nor exports what lies here: repair nothing before the last of
-- them has stopped.

-- The columns of assessment, when it was moved and why. `cohort` is the one that was released with it; empty: none was.
CREATE TABLE assessment_set_aside (
  clinic         text   COLLATE "C" NOT NULL,
  client         text   COLLATE "C" NOT NULL,
  id             text   COLLATE "C" NOT NULL,
  request_id     text   COLLATE "C" NOT NULL,
  quiz           text   COLLATE "C" NOT NULL,
  version        bigint NOT NULL,
  campaign       text   COLLATE "C" NOT NULL,
  assess_time    bigint NOT NULL,
  create_time    bigint NOT NULL,
  submission     bytea  NOT NULL,
  result         bytea  NOT NULL,
  series         text   COLLATE "C" NOT NULL,
  slices         text   COLLATE "C" NOT NULL,
  outcome        bytea  NOT NULL,
  late           bigint NOT NULL,
  cohort         text   COLLATE "C" NOT NULL,
  set_aside_time bigint NOT NULL,
  why            text   COLLATE "C" NOT NULL,
  PRIMARY KEY (clinic, id),
  UNIQUE (clinic, request_id)
);

CREATE INDEX set_aside_by_client ON assessment_set_aside (clinic, client, id);
CREATE INDEX set_aside_by_time ON assessment_set_aside (clinic, assess_time);
CREATE INDEX set_aside_by_cohort ON assessment_set_aside (clinic, cohort, client);

-- How many of its assessments a release could not use. They are not in its figures.
ALTER TABLE cohort ADD COLUMN skipped bigint NOT NULL DEFAULT 0;
-- How many of `removals` have moved assessments to here, and removed none.
ALTER TABLE clinic ADD COLUMN repairs bigint NOT NULL DEFAULT 0;
