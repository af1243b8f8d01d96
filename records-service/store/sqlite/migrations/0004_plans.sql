-- oldest_reader: 1
-- Migration 4: what SQLite is to assume about the tables. Without it, an index by which to read all of a clinic looks as
-- good to its planner as one by which to find a client. The figures (rows of the table, then rows with the same first
-- column, the same first two, and so on) are those of a hundred clinics of a middling size: ANALYZE would count what
-- happens to be there, for example nothing.

ANALYZE sqlite_schema;  -- Makes sqlite_stat1 and counts nothing.
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('assessment', 'sqlite_autoindex_assessment_1', '1000000 10000 1'),
  ('assessment', 'sqlite_autoindex_assessment_2', '1000000 10000 1'),
  ('assessment', 'assessment_by_client', '1000000 10000 5 1 1 1'),
  ('assessment', 'assessment_by_cohort', '1000000 10000 200 1 1'),
  ('assessment', 'assessment_by_time', '1000000 10000 1'),
  ('part', 'part', '500 5 2 1'),
  ('cohort', 'cohort', '10000 100 1'),
  ('cohort', 'cohort_open', '1000 10 1'),
  ('cohort', 'cohort_sealed', '100 1 1'),
  ('cohort', 'cohort_merged', '1000 10 5'),
  ('head', 'head', '100 1'),
  ('release_log', 'sqlite_autoindex_release_log_1', '10000 100 1'),
  ('release_log', 'sqlite_autoindex_release_log_2', '10000 100 1 1'),
  ('release_sum', 'sqlite_autoindex_release_sum_1', '30000 300 100 33 3 1 1'),
  ('standing', 'standing', '200000 2000 1000 1'),
  ('standing', 'standing_by_client', '200000 2000 2 1'),
  ('clinic', 'clinic', '100 1'),
  ('erased_client', 'erased_client', '1000 10 1'),
  ('erased_request', 'erased_request', '5000 50 1'),
  ('erased_request', 'erased_request_expiring', '1000 10 1');
