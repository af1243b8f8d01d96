-- oldest_reader: 1
-- Migration 2: what figures for analysts are released from (docs/formats/release.md). Assessments recorded before have
-- no series and stay outside of the figures. Adding columns with a constant changes no row; making the index keeps
-- writers waiting for one pass over the table.

ALTER TABLE assessment ADD COLUMN series  text   COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN slices  text   COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN outcome bytea  NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN late    bigint NOT NULL DEFAULT 0;
ALTER TABLE assessment ADD COLUMN cohort  text   COLLATE "C" NOT NULL DEFAULT '';

-- Who is in a cohort is picked from the index alone.
CREATE INDEX assessment_by_cohort ON assessment (clinic, cohort, client, create_time);

CREATE TABLE part (
  clinic         text   COLLATE "C" NOT NULL,
  campaign       text   COLLATE "C" NOT NULL,
  series         text   COLLATE "C" NOT NULL,
  open_cohort    text   COLLATE "C" NOT NULL,
  history_cohort text   COLLATE "C" NOT NULL,
  PRIMARY KEY (clinic, campaign, series)
);

CREATE TABLE cohort (
  clinic      text   COLLATE "C" NOT NULL,
  id          text   COLLATE "C" NOT NULL,
  campaign    text   COLLATE "C" NOT NULL,
  series      text   COLLATE "C" NOT NULL,
  kind        bigint NOT NULL,
  state       bigint NOT NULL,
  merged_into text   COLLATE "C" NOT NULL,
  close_time  bigint,
  PRIMARY KEY (clinic, id)
);

CREATE INDEX cohort_open ON cohort (clinic, id) WHERE state = 0;
CREATE INDEX cohort_sealed ON cohort (clinic, id) WHERE state = 1;
CREATE INDEX cohort_merged ON cohort (clinic, merged_into) WHERE merged_into <> '';

CREATE TABLE head (
  clinic   text   COLLATE "C" NOT NULL PRIMARY KEY,
  position bigint NOT NULL
);

CREATE TABLE release_log (
  clinic       text   COLLATE "C" NOT NULL,
  position     bigint NOT NULL,
  cohort       text   COLLATE "C" NOT NULL,
  run          bigint NOT NULL,
  campaign     text   COLLATE "C" NOT NULL,
  series       text   COLLATE "C" NOT NULL,
  close_time   bigint NOT NULL,
  window_begin bigint NOT NULL,
  last_tick    bigint NOT NULL,
  window_end   bigint NOT NULL,
  clients      bigint NOT NULL,
  assessments  bigint NOT NULL,
  budgets      text   COLLATE "C" NOT NULL,
  shape        text   COLLATE "C" NOT NULL,
  tables       bytea  NOT NULL,
  PRIMARY KEY (clinic, position),
  UNIQUE (clinic, cohort, run)
);

CREATE TABLE release_sum (
  clinic       text   COLLATE "C" NOT NULL,
  series       text   COLLATE "C" NOT NULL,
  campaign     text   COLLATE "C" NOT NULL,
  grain        bigint NOT NULL,
  span_begin   bigint NOT NULL,
  shape        text   COLLATE "C" NOT NULL,
  entries      bigint NOT NULL,
  clients      bigint NOT NULL,
  assessments  bigint NOT NULL,
  window_begin bigint NOT NULL,
  close_time   bigint NOT NULL,
  budgets      text   COLLATE "C" NOT NULL,
  tables       bytea  NOT NULL,
  PRIMARY KEY (clinic, series, grain, span_begin, campaign, shape)
);

CREATE TABLE standing (
  clinic      text   COLLATE "C" NOT NULL,
  series      text   COLLATE "C" NOT NULL,
  client      text   COLLATE "C" NOT NULL,
  assess_time bigint NOT NULL,
  id          text   COLLATE "C" NOT NULL,
  outcome     bytea  NOT NULL,
  PRIMARY KEY (clinic, series, client)
);

-- One row: names this log.
CREATE TABLE log_epoch (
  epoch text   COLLATE "C" NOT NULL PRIMARY KEY
);
INSERT INTO log_epoch VALUES (gen_random_uuid()::text);
