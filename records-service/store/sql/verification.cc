#include "records-service/store/sql/verification.h"

#include <algorithm>

namespace ladder::records::sql {
namespace {

// Looked up at a time.
constexpr std::int64_t kIdsAtATime = 10'000;
// Read at a time, of whichever is less.
constexpr std::int64_t kScoresAtATime = 500;
constexpr std::size_t kMaxBytesAtATime = 8 << 20;

// In the order in which ScoreOf reads them.
#define LADDER_SCORE_COLUMNS "clinic, id, quiz, version, submission, result, series, slices, outcome"

StoredScore ScoreOf(const Query& row) {
  return {.clinic = row.TextAt(0),
          .id = row.TextAt(1),
          .quiz = row.TextAt(2),
          .version = row.IntegerAt(3),
          .submission = row.BytesAt(4),
          .result = row.BytesAt(5),
          .series = row.TextAt(6),
          .slices = row.TextAt(7),
          .outcome = row.BytesAt(8)};
}

// What may be wrong: `sql` gives the ids of the subjects of clinic ?1 of which it is.
struct Check {
  absl::string_view subject;
  absl::string_view fault;
  absl::string_view sql;
};

// How a person names the partition p.
#define LADDER_PARTITION "p.series || CASE WHEN p.campaign = '' THEN '' ELSE ' of ' || p.campaign END"
#define LADDER_NO_OPEN_COHORT(column, kind)                                                                       \
  "SELECT " LADDER_PARTITION                                                                                      \
  " FROM part p WHERE p.clinic = ?1 AND NOT EXISTS (SELECT 1 FROM cohort c WHERE c.clinic = p.clinic AND c.id = " \
  "p." column " AND c.state = 0 AND c.kind = " kind " AND c.campaign = p.campaign AND c.series = p.series)"
// Entries of the log with their cohorts.
#define LADDER_ENTRIES                                                                                          \
  "SELECT CAST(l.position AS text) FROM release_log l JOIN cohort c ON c.clinic = l.clinic AND c.id = l.cohort" \
  " WHERE l.clinic = ?1 AND "

// States and kinds by their numbers: release_rows.h.
constexpr Check kChecks[] = {
    {"assessment", "its quiz version does not exist",
     "SELECT a.id FROM assessment a WHERE a.clinic = ?1 AND NOT EXISTS"
     " (SELECT 1 FROM version v WHERE v.quiz = a.quiz AND v.number = a.version)"},
    {"assessment", "is in no cohort, though it has a series",
     "SELECT a.id FROM assessment a WHERE a.clinic = ?1 AND a.series <> '' AND a.cohort = ''"},
    {"assessment", "is in a cohort, though it has no series",
     "SELECT a.id FROM assessment a WHERE a.clinic = ?1 AND a.series = '' AND a.cohort <> ''"},
    {"assessment", "its cohort does not exist",
     "SELECT a.id FROM assessment a WHERE a.clinic = ?1 AND a.series <> '' AND a.cohort <> '' AND NOT EXISTS"
     " (SELECT 1 FROM cohort c WHERE c.clinic = a.clinic AND c.id = a.cohort)"},
    {"assessment", "its cohort belongs to another partition",
     "SELECT a.id FROM assessment a JOIN cohort c ON c.clinic = a.clinic AND c.id = a.cohort WHERE a.clinic = ?1"
     " AND a.series <> '' AND (c.campaign <> a.campaign OR c.series <> a.series OR c.kind <> a.late)"},

    {"partition", "has no open cohort", LADDER_NO_OPEN_COHORT("open_cohort", "0")},
    {"partition", "has no open cohort for history", LADDER_NO_OPEN_COHORT("history_cohort", "1")},

    {"cohort", "is open, but its partition gathers elsewhere",
     "SELECT c.id FROM cohort c WHERE c.clinic = ?1 AND c.state = 0 AND NOT EXISTS (SELECT 1 FROM part p"
     " WHERE p.clinic = c.clinic AND p.campaign = c.campaign AND p.series = c.series"
     " AND (p.open_cohort = c.id OR p.history_cohort = c.id))"},
    {"cohort", "is merged into nothing",
     "SELECT c.id FROM cohort c WHERE c.clinic = ?1 AND (c.merged_into <> '' OR c.state = 2) AND NOT EXISTS"
     " (SELECT 1 FROM cohort o WHERE o.clinic = c.clinic AND o.id = c.merged_into AND o.campaign = '-other'"
     " AND o.series = c.series AND o.kind = c.kind)"},
    {"cohort", "is not in the state of the one that it is merged into",
     "SELECT c.id FROM cohort c JOIN cohort o ON o.clinic = c.clinic AND o.id = c.merged_into WHERE c.clinic = ?1"
     " AND c.merged_into <> '' AND c.state <> CASE o.state WHEN 1 THEN 2 ELSE o.state END"},
    {"cohort", "has nothing merged into it",
     "SELECT c.id FROM cohort c WHERE c.clinic = ?1 AND c.campaign = '-other' AND NOT EXISTS (SELECT 1 FROM cohort m"
     " WHERE m.clinic = c.clinic AND m.merged_into = c.id AND m.merged_into <> '')"},
    {"cohort", "is released, but not in the log",
     "SELECT c.id FROM cohort c WHERE c.clinic = ?1 AND c.state = 3 AND c.merged_into = '' AND NOT EXISTS"
     " (SELECT 1 FROM release_log l WHERE l.clinic = c.clinic AND l.cohort = c.id)"},

    {"entry", "its cohort does not exist",
     "SELECT CAST(l.position AS text) FROM release_log l WHERE l.clinic = ?1 AND NOT EXISTS"
     " (SELECT 1 FROM cohort c WHERE c.clinic = l.clinic AND c.id = l.cohort)"},
    {"entry", "its cohort is not released", LADDER_ENTRIES "c.state <> 3"},
    {"entry", "its cohort is released with another one", LADDER_ENTRIES "c.merged_into <> ''"},
    {"entry", "its cohort belongs to another partition",
     LADDER_ENTRIES "(c.campaign <> l.campaign OR c.series <> l.series)"},
    // Only what is late is cut into runs.
    {"entry", "its cohort is in the log already", LADDER_ENTRIES "c.kind = 0 AND l.run <> 0"},
    {"entry", "the run before it is not in the log",
     LADDER_ENTRIES "c.kind = 1 AND l.run <> 0 AND NOT EXISTS (SELECT 1 FROM release_log e WHERE e.clinic = l.clinic"
                    " AND e.cohort = l.cohort AND e.run = l.run - 1)"},
    {"entry", "there is a gap before it",
     "SELECT CAST(l.position AS text) FROM release_log l WHERE l.clinic = ?1 AND l.position <> 1 AND NOT EXISTS"
     " (SELECT 1 FROM release_log e WHERE e.clinic = l.clinic AND e.position = l.position - 1)"},
    {"head", "is not the last entry's position",
     "SELECT CAST(d.head AS text) FROM (SELECT coalesce((SELECT position FROM head WHERE clinic = ?1), 0) AS head,"
     " coalesce((SELECT max(position) FROM release_log WHERE clinic = ?1), 0) AS last) d WHERE d.head <> d.last"},
    // What was removed since is still counted in the log, and nobody can say how much that was. What was set aside
    // since lies there; what the release skipped is not counted. A client may be in several runs.
    {"cohort", "has another size than the log says",
     "SELECT l.cohort FROM (SELECT cohort, CAST(sum(assessments) AS bigint) AS assessments,"
     " CAST(sum(clients) AS bigint) AS clients, max(run) AS last_run FROM release_log WHERE clinic = ?1"
     " GROUP BY cohort) l JOIN (SELECT CASE WHEN c.merged_into = '' THEN c.id ELSE c.merged_into END AS id,"
     " CAST(sum(c.skipped) AS bigint) AS skipped FROM cohort c WHERE c.clinic = ?1 AND c.state = 3 GROUP BY 1) s"
     " ON s.id = l.cohort JOIN (SELECT CASE WHEN c.merged_into = '' THEN c.id ELSE c.merged_into END AS id,"
     " count(a.id) AS assessments, count(DISTINCT a.client) AS clients FROM cohort c LEFT JOIN"
     " (SELECT cohort, id, client FROM assessment WHERE clinic = ?1 UNION ALL"
     " SELECT cohort, id, client FROM assessment_set_aside WHERE clinic = ?1) a"
     " ON a.cohort = c.id WHERE c.clinic = ?1 AND c.state = 3 GROUP BY 1) r ON r.id = l.cohort"
     " JOIN (SELECT coalesce(max(removals - repairs), 0) AS removals FROM clinic WHERE clinic = ?1) k ON 1 = 1"
     " WHERE r.assessments > l.assessments + s.skipped OR r.clients > l.clients + s.skipped OR (k.removals = 0"
     " AND (r.assessments < l.assessments + s.skipped OR (l.last_run = 0 AND r.clients < l.clients)))"},

    {"set-aside", "is in use as well",
     "SELECT s.id FROM assessment_set_aside s WHERE s.clinic = ?1 AND (EXISTS (SELECT 1 FROM assessment a"
     " WHERE a.clinic = s.clinic AND a.id = s.id) OR EXISTS (SELECT 1 FROM assessment a WHERE a.clinic = s.clinic"
     " AND a.request_id = s.request_id))"},
    {"set-aside", "its cohort is not released",
     "SELECT s.id FROM assessment_set_aside s WHERE s.clinic = ?1 AND s.cohort <> '' AND NOT EXISTS"
     " (SELECT 1 FROM cohort c WHERE c.clinic = s.clinic AND c.id = s.cohort AND c.state = 3)"},

    {"standing", "its assessment does not exist",
     "SELECT s.id FROM standing s WHERE s.clinic = ?1 AND NOT EXISTS (SELECT 1 FROM assessment a"
     " WHERE a.clinic = s.clinic AND a.id = s.id AND a.client = s.client AND a.series = s.series)"},
    {"standing", "its assessment is not released",
     "SELECT s.id FROM standing s JOIN assessment a ON a.clinic = s.clinic AND a.id = s.id"
     " JOIN cohort c ON c.clinic = a.clinic AND c.id = a.cohort WHERE s.clinic = ?1 AND c.state <> 3"},
};

#undef LADDER_ENTRIES
#undef LADDER_NO_OPEN_COHORT
#undef LADDER_PARTITION

absl::Status Run(Connection& connection, const std::string& clinic, const Check& check, TellFinding tell) {
  Query query = connection.Use(check.sql);
  query.Text(clinic);
  return query.ForEach([&](const Query& row) {
    tell({clinic, std::string(check.subject), row.TextAt(0), std::string(check.fault)});
  });
}

absl::Status Count(Connection& connection, const std::string& clinic, Checked& checked) {
  Query query = connection.Use(
      "SELECT (SELECT count(*) FROM assessment WHERE clinic = ?1), (SELECT count(*) FROM cohort WHERE clinic = ?1),"
      " (SELECT count(*) FROM release_log WHERE clinic = ?1), (SELECT count(*) FROM standing WHERE clinic = ?1),"
      " (SELECT count(*) FROM assessment_set_aside WHERE clinic = ?1)");
  query.Text(clinic);
  return query.ForEach([&checked](const Query& row) {
    ++checked.clinics;
    checked.assessments += row.IntegerAt(0);
    checked.cohorts += row.IntegerAt(1);
    checked.entries += row.IntegerAt(2);
    checked.standings += row.IntegerAt(3);
    checked.set_aside += row.IntegerAt(4);
  });
}

absl::Status VerifyClinic(Connection& connection, const std::string& clinic, AddTables add_tables, TellFinding tell,
                          Checked& checked) {
  for (const Check& check : kChecks) {
    const absl::Status status = Run(connection, clinic, check, tell);
    if (!status.ok()) return status;
  }
  const absl::StatusOr<std::int64_t> sums = VerifySums(connection, clinic, add_tables, tell);
  if (!sums.ok()) return sums.status();
  checked.sums += *sums;
  return Count(connection, clinic, checked);
}

// Takes the ids of a clinic into a sample of all that were `seen`, in which each is as likely as any other.
absl::Status SampleClinic(Connection& connection, const std::string& clinic, std::size_t size, RandomSource& random,
                          std::uint64_t& seen, std::vector<AssessmentKey>& sample) {
  std::string last;
  for (std::int64_t found = kIdsAtATime; found == kIdsAtATime;) {
    found = 0;
    const std::string after = last;
    Query query = connection.Use("SELECT id FROM assessment WHERE clinic = ? AND id > ? ORDER BY id LIMIT ?");
    query.Text(clinic).Text(after).Integer(kIdsAtATime);
    const absl::Status status = query.ForEach([&](const Query& row) {
      ++found;
      last = row.TextAt(0);
      const std::uint64_t place = random.Next() % ++seen;
      if (sample.size() < size) {
        sample.emplace_back(clinic, last);
      } else if (place < size) {
        sample[place] = {clinic, last};
      }
    });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// Those of the clinic that follow this id, in the order of their ids; some hundreds. Empty: there are no more.
absl::StatusOr<std::vector<StoredScore>> ListScores(Connection& connection, const AssessmentKey& after) {
  std::vector<StoredScore> scores;
  Query query =
      connection.Use("SELECT " LADDER_SCORE_COLUMNS " FROM assessment WHERE clinic = ? AND id > ? ORDER BY id LIMIT ?");
  query.Text(after.first).Text(after.second).Integer(kScoresAtATime);
  std::size_t bytes = 0;
  while (bytes < kMaxBytesAtATime) {
    const absl::StatusOr<bool> found = query.Step();
    if (!found.ok()) return found.status();
    if (!*found) break;
    scores.push_back(ScoreOf(query));
    bytes += scores.back().submission.size() + scores.back().result.size();
  }
  return scores;
}

}  // namespace

absl::StatusOr<std::string> NextClinic(Connection& connection, const std::string& after) {
  std::string next;
  Query query = connection.Use(
      "SELECT min(n.clinic) FROM (SELECT min(clinic) AS clinic FROM clinic WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM assessment WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM assessment_set_aside WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM part WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM cohort WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM head WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM release_log WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM release_sum WHERE clinic > ?1"
      " UNION ALL SELECT min(clinic) FROM standing WHERE clinic > ?1) n");
  query.Text(after);
  const absl::Status status = query.ForEach([&next](const Query& row) { next = row.TextAt(0); });
  if (!status.ok()) return status;
  return next;
}

absl::StatusOr<Checked> VerifyRows(Connection& connection, AddTables add_tables, TellFinding tell) {
  Checked checked;
  std::string after;
  while (true) {
    const absl::StatusOr<std::string> clinic = NextClinic(connection, after);
    if (!clinic.ok()) return clinic.status();
    if (clinic->empty()) return checked;
    const absl::Status status = VerifyClinic(connection, *clinic, add_tables, tell, checked);
    if (!status.ok()) return status;
    after = *clinic;
  }
}

absl::StatusOr<std::vector<AssessmentKey>> SampleAssessments(Connection& connection, std::size_t size,
                                                             RandomSource& random) {
  std::vector<AssessmentKey> sample;
  std::uint64_t seen = 0;
  std::string after;
  while (true) {
    const absl::StatusOr<std::string> clinic = NextClinic(connection, after);
    if (!clinic.ok()) return clinic.status();
    if (clinic->empty()) break;
    const absl::Status status = SampleClinic(connection, *clinic, size, random, seen, sample);
    if (!status.ok()) return status;
    after = *clinic;
  }
  std::sort(sample.begin(), sample.end());
  return sample;
}

absl::StatusOr<StoredScore> ReadStoredScore(Connection& connection, const AssessmentKey& key) {
  StoredScore score;
  Query query = connection.Use("SELECT " LADDER_SCORE_COLUMNS " FROM assessment WHERE clinic = ? AND id = ?");
  query.Text(key.first).Text(key.second);
  const absl::Status status = query.ForEach([&](const Query& row) { score = ScoreOf(row); });
  if (!status.ok()) return status;
  return score;
}

absl::Status ForEachScore(Connection& connection, absl::FunctionRef<absl::Status(const StoredScore&)> take) {
  AssessmentKey after;
  while (true) {
    const absl::StatusOr<std::string> clinic = NextClinic(connection, after.first);
    if (!clinic.ok()) return clinic.status();
    if (clinic->empty()) return absl::OkStatus();
    after = {*clinic, ""};
    while (true) {
      const absl::StatusOr<std::vector<StoredScore>> scores = ListScores(connection, after);
      if (!scores.ok()) return scores.status();
      if (scores->empty()) break;
      for (const StoredScore& score : *scores) {
        const absl::Status status = take(score);
        if (!status.ok()) return status;
      }
      after.second = scores->back().id;
    }
  }
}

absl::StatusOr<std::vector<VersionKey>> ListVersions(Connection& connection) {
  std::vector<VersionKey> versions;
  Query query = connection.Use("SELECT quiz, number FROM version ORDER BY quiz, number");
  const absl::Status status =
      query.ForEach([&versions](const Query& row) { versions.emplace_back(row.TextAt(0), row.IntegerAt(1)); });
  if (!status.ok()) return status;
  return versions;
}

absl::StatusOr<std::string> ReadDefinition(Connection& connection, absl::string_view quiz, std::int64_t version) {
  std::string definition;
  Query query = connection.Use("SELECT definition FROM version WHERE quiz = ? AND number = ?");
  query.Text(quiz).Integer(version);
  const absl::Status status = query.ForEach([&definition](const Query& row) { definition = row.BytesAt(0); });
  if (!status.ok()) return status;
  return definition;
}

}  // namespace ladder::records::sql
