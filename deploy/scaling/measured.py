"""What was measured, each figure with where it comes from. Everything else in this folder is a model.

All on the 2-core machine of README.md, "Figures"; what measure.py says with the binaries of 1fc11a5, while other work
ran on the same cores.
"""

CORES = 2

# README: Score over loopback, client and server sharing both cores. Per core, with the client's part counted in.
SCORE_PER_S = 29_600
SCORE_S = CORES / SCORE_PER_S
# measure.py: processor time of scoring alone for a Score, least and most of three runs. The model takes SCORE_S; the
# difference is left for TLS, traces and slower cores.
SCORE_ALONE_S = (40e-6, 47e-6)
# measure.py: of scoring for an assessment that is scored and recorded in bulk, two runs.
SCORED_AND_RECORDED_S = (65e-6, 75e-6)
# That less what the scoring core takes of it (README). Bulk saves on the call but not on recording, so this is an upper
# bound.
SCORING_CORE_S = 4.7e-6
RECORDING_S = max(SCORED_AND_RECORDED_S) - SCORING_CORE_S
# measure.py: of records for an assessment, SQLite.
RECORDS_ROW_S = 74e-6

# records_load, batches of 64 from 8 callers: rows a second on both cores, callers included, without and with the
# release job.
SQLITE_WITHOUT_RELEASE_PER_S, SQLITE_ROWS_PER_S = 7_637, 7_333
POSTGRES_WITHOUT_RELEASE_PER_S, POSTGRES_ROWS_PER_S = 12_334, 12_115
# README, store_bench: commits of a single row on SQLite are 3,700/s.
COMMIT_S = 1 / 3_700
# release_bench: one release job, SQLite.
RELEASE_ROWS_PER_S = 50_000
# release_bench: the stage distribution of a year over 10^7 assessments.
YEAR_S = 0.012

# measure.py.
SCORING_READY_S = 0.04
RECORDS_READY_S = 0.03
SCORING_REST_MIB, SCORING_LOADED_MIB = 23, 33
RECORDS_REST_MIB, RECORDS_LOADED_MIB = 28, 91
BYTES_OF_A_ROW = 1_898

# scoring-service/source/active_pointers.h: a list of all quizzes, 1,000 a page, after 24 to 30 s.
LIST_EVERY_S = 27
QUIZZES_OF_A_PAGE = 1_000
