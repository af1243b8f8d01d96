-- What a store of schema version 5 held. Written once, when that version was current; never changed afterwards.
INSERT INTO quiz (quiz, revision, generation, latest_version, create_time, update_time)
  VALUES ('mood', 3, 1, 2, 1700000000000000001, 1700000003000000000);
INSERT INTO draft (quiz, definition, etag, update_time) VALUES ('mood', '\x00ff', 'etag-1', 1700000000000000001);
INSERT INTO version (quiz, number, definition, digest, publish_time, retire_time)
  VALUES ('mood', 1, '\x0100', 'digest-1', 1700000001000000000, 1700000002000000000);
INSERT INTO version (quiz, number, definition, digest, publish_time, retire_time)
  VALUES ('mood', 2, '\x0200', 'digest-2', 1700000002000000000, NULL);
INSERT INTO activation (quiz, generation, version, beneath, time) VALUES ('mood', 1, 2, 0, 1700000003000000000);
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('north', 'c-1', 'id-1', 'request-1', 'mood', 2, '', 1700000004000000000, 1700000005000000000, '\x0a00', '\x0b');
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('north', 'c-1', 'id-2', 'request-2', 'mood', 2, 'spring', -1, 1700000006000000000, '\x', '\xff');
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('North', 'c-1', 'id-1', 'request-1', 'mood', 1, '', 1700000004000000000, 1700000005000000000, '\x01', '\x02');
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result, series, slices, outcome, late, cohort)
  VALUES ('north', 'c-2', 'id-3', 'request-3', 'mood', 2, 'spring', 1700000007000000000, 1700000008000000000, '\x01',
          '\x02', 'mood/1', 'female', '\x03', 1, 'cohort-1');
INSERT INTO part (clinic, campaign, series, open_cohort, history_cohort)
  VALUES ('north', 'spring', 'mood/1', 'cohort-2', 'cohort-3');
INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)
  VALUES ('north', 'cohort-1', 'spring', 'mood/1', 1, 3, '', 1700000009000000000);
INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)
  VALUES ('north', 'cohort-2', 'spring', 'mood/1', 0, 0, '', NULL);
INSERT INTO cohort (clinic, id, campaign, series, kind, state, merged_into, close_time)
  VALUES ('north', 'cohort-3', 'spring', 'mood/1', 1, 0, '', NULL);
INSERT INTO head (clinic, position) VALUES ('north', 1);
INSERT INTO release_log (clinic, position, cohort, run, campaign, series, close_time, window_begin, last_tick, window_end,
                         clients, assessments, budgets, shape, tables)
  VALUES ('north', 1, 'cohort-1', 0, 'spring', 'mood/1', 1700000009000000000, 1700000001000000000, 1700000002000000000,
          1700000003000000000, 20, 30, 'budgets', 'shape', '\x00ff');
INSERT INTO release_sum (clinic, series, campaign, grain, span_begin, shape, entries, clients, assessments, window_begin,
                         close_time, budgets, tables)
  VALUES ('north', 'mood/1', 'spring', 2, 1698796800000000000, 'shape', 1, 20, 30, 1700000001000000000,
          1700000009000000000, 'budgets', '\x00ff');
INSERT INTO standing (clinic, series, client, assess_time, id, outcome)
  VALUES ('north', 'mood/1', 'c-2', 1700000007000000000, 'id-3', '\x03');
UPDATE log_epoch SET epoch = 'epoch-1';
UPDATE store_secret SET secret = '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
INSERT INTO clinic (clinic, removals) VALUES ('North', 0);
INSERT INTO clinic (clinic, removals) VALUES ('north', 2);
INSERT INTO erased_client (clinic, hash, erase_time)
  VALUES ('north', '\x5899c89b43e4fe99e88bfe553bb3bbf195f8f06c2b175ff71801195eae23dd4f', 1700000010000000000);
INSERT INTO erased_request (clinic, hash, expire_time)
  VALUES ('north', '\x50b7c59d4cd47d03b268387ce38f950649ed5b2f6e3475058621f8fa8638dfe9', NULL);
INSERT INTO erased_request (clinic, hash, expire_time)
  VALUES ('north', '\x12d16a06aad17c4363fd4ca614a3341c29fc60641c7b2601f3dd159d39488875', 1700000011000000000);
INSERT INTO assessment_set_aside (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time,
                                  submission, result, series, slices, outcome, late, cohort, set_aside_time, why)
  VALUES ('north', 'c-2', 'id-7', 'request-7', 'mood', 2, 'spring', 1700000007000000000, 1700000008000000000, '\x01',
          '\xff', 'mood/1', 'female', '\x03', 1, 'cohort-1', 1700000012000000000, 'is damaged');
INSERT INTO erased_request (clinic, hash, expire_time)
  VALUES ('north', '\xce0acf3c87d0f9ce42f8272b05712e02a4b400b55a1fc26a44da8d6e828d2064', NULL);
UPDATE cohort SET skipped = 1 WHERE clinic = 'north' AND id = 'cohort-1';
UPDATE clinic SET repairs = 1 WHERE clinic = 'north';
