-- What a store of schema version 1 held. Written once, when that version was current; never changed afterwards.
INSERT INTO quiz (quiz, revision, generation, latest_version, create_time, update_time)
  VALUES ('mood', 3, 1, 2, 1700000000000000001, 1700000003000000000);
INSERT INTO draft (quiz, definition, etag, update_time) VALUES ('mood', x'00ff', 'etag-1', 1700000000000000001);
INSERT INTO version (quiz, number, definition, digest, publish_time, retire_time)
  VALUES ('mood', 1, x'0100', 'digest-1', 1700000001000000000, 1700000002000000000);
INSERT INTO version (quiz, number, definition, digest, publish_time, retire_time)
  VALUES ('mood', 2, x'0200', 'digest-2', 1700000002000000000, NULL);
INSERT INTO activation (quiz, generation, version, beneath, time) VALUES ('mood', 1, 2, 0, 1700000003000000000);
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('north', 'c-1', 'id-1', 'request-1', 'mood', 2, '', 1700000004000000000, 1700000005000000000, x'0a00', x'0b');
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('north', 'c-1', 'id-2', 'request-2', 'mood', 2, 'spring', -1, 1700000006000000000, x'', x'ff');
INSERT INTO assessment (clinic, client, id, request_id, quiz, version, campaign, assess_time, create_time, submission,
                        result)
  VALUES ('North', 'c-1', 'id-1', 'request-1', 'mood', 1, '', 1700000004000000000, 1700000005000000000, x'01', x'02');
