-- oldest_reader: 1
-- Migration 2: what figures for analysts are released from (docs/formats/release.md). Assessments recorded before have
-- no series and stay outside of the figures.

ALTER TABLE assessment ADD COLUMN series  TEXT    NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN slices  TEXT    NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN outcome BLOB    NOT NULL DEFAULT x'';
ALTER TABLE assessment ADD COLUMN late    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE assessment ADD COLUMN cohort  TEXT    NOT NULL DEFAULT '';

-- Who is in a cohort is picked from the index alone.
CREATE INDEX assessment_by_cohort ON assessment (clinic, cohort, client, create_time);

CREATE TABLE part (
  clinic         TEXT NOT NULL,
  campaign       TEXT NOT NULL,
  series         TEXT NOT NULL,
  open_cohort    TEXT NOT NULL,
  history_cohort TEXT NOT NULL,
  PRIMARY KEY (clinic, campaign, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE cohort (
  clinic      TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  campaign    TEXT    NOT NULL,
  series      TEXT    NOT NULL,
  kind        INTEGER NOT NULL,
  state       INTEGER NOT NULL,
  merged_into TEXT    NOT NULL,
  close_time  INTEGER,
  PRIMARY KEY (clinic, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cohort_open ON cohort (clinic, id) WHERE state = 0;
CREATE INDEX cohort_sealed ON cohort (clinic, id) WHERE state = 1;
CREATE INDEX cohort_merged ON cohort (clinic, merged_into) WHERE merged_into <> '';

CREATE TABLE head (
  clinic   TEXT    NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE release_log (
  clinic       TEXT    NOT NULL,
  position     INTEGER NOT NULL,
  cohort       TEXT    NOT NULL,
  run          INTEGER NOT NULL,
  campaign     TEXT    NOT NULL,
  series       TEXT    NOT NULL,
  close_time   INTEGER NOT NULL,
  window_begin INTEGER NOT NULL,
  last_tick    INTEGER NOT NULL,
  window_end   INTEGER NOT NULL,
  clients      INTEGER NOT NULL,
  assessments  INTEGER NOT NULL,
  budgets      TEXT    NOT NULL,
  shape        TEXT    NOT NULL,
  tables       BLOB    NOT NULL,
  PRIMARY KEY (clinic, position),
  UNIQUE (clinic, cohort, run)
) STRICT;

CREATE TABLE release_sum (
  clinic       TEXT    NOT NULL,
  series       TEXT    NOT NULL,
  campaign     TEXT    NOT NULL,
  grain        INTEGER NOT NULL,
  span_begin   INTEGER NOT NULL,
  shape        TEXT    NOT NULL,
  entries      INTEGER NOT NULL,
  clients      INTEGER NOT NULL,
  assessments  INTEGER NOT NULL,
  window_begin INTEGER NOT NULL,
  close_time   INTEGER NOT NULL,
  budgets      TEXT    NOT NULL,
  tables       BLOB    NOT NULL,
  PRIMARY KEY (clinic, series, grain, span_begin, campaign, shape)
) STRICT;

CREATE TABLE standing (
  clinic      TEXT    NOT NULL,
  series      TEXT    NOT NULL,
  client      TEXT    NOT NULL,
  assess_time INTEGER NOT NULL,
  id          TEXT    NOT NULL,
  outcome     BLOB    NOT NULL,
  PRIMARY KEY (clinic, series, client)
) STRICT, WITHOUT ROWID;

-- One row: names this log.
CREATE TABLE log_epoch (
  epoch TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO log_epoch VALUES (lower(hex(randomblob(16))));
