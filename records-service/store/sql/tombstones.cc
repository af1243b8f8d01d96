#include "records-service/store/sql/tombstones.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

absl::Status AddClinic(Connection& connection, absl::string_view clinic) {
  return connection.Use("INSERT INTO clinic (clinic, removals) VALUES (?, 0) ON CONFLICT (clinic) DO NOTHING")
      .Text(clinic)
      .Run();
}

// By hash; a request_id that may never come again has no time.
using TimesByHash = absl::flat_hash_map<std::string, std::optional<absl::Time>>;

bool Holds(std::optional<absl::Time> expire_time, absl::Time now) {
  return !expire_time.has_value() || *expire_time > now;
}

bool IsErased(const Tombstones& tombstones, const AssessmentRow& row, const TimesByHash& requests,
              const TimesByHash& clients) {
  const auto request = requests.find(tombstones.RequestHash(row.request_id));
  if (request != requests.end() && Holds(request->second, row.create_time)) return true;
  const auto client = clients.find(tombstones.ClientHash(row.client));
  return client != clients.end() && std::min(row.assess_time, row.create_time) < *client->second;
}

}  // namespace

absl::Status TakeClinicAlone(Connection& connection, absl::string_view clinic) {
  const absl::Status status = AddClinic(connection, clinic);
  if (!status.ok()) return status;
  return connection.Use("UPDATE clinic SET removals = removals + 1 WHERE clinic = ?").Text(clinic).Run();
}

absl::StatusOr<Tombstones> Tombstones::Of(Connection& connection, absl::string_view clinic) {
  Query query = connection.Use("SELECT secret FROM store_secret");
  const absl::StatusOr<bool> found = query.Step();
  if (!found.ok()) return found.status();
  if (!*found) return absl::InternalError("the store has no secret");
  return Tombstones(connection, clinic, query.BytesAt(0));
}

std::string Tombstones::HashOf(absl::string_view kind, absl::string_view text) const {
  // Ids are printable, so no two of them run into one text.
  const std::string whole = absl::StrCat(kind, "\n", clinic_, "\n", text);
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(whole.data()), whole.size(), hash, &size);
  return std::string(reinterpret_cast<const char*>(hash), size);
}

absl::StatusOr<std::optional<absl::Time>> Tombstones::FindClient(absl::string_view client) {
  std::optional<absl::Time> erase_time;
  const std::string hash = ClientHash(client);
  Query query = connection_.Use("SELECT erase_time FROM erased_client WHERE clinic = ? AND hash = ?");
  query.Text(clinic_).Bytes(hash);
  const absl::Status status = query.ForEach([&erase_time](const Query& row) { erase_time = row.TimeAt(0); });
  if (!status.ok()) return status;
  return erase_time;
}

absl::Status Tombstones::PutClient(absl::string_view client, absl::Time erase_time) {
  const std::string hash = ClientHash(client);
  return connection_
      .Use(
          "INSERT INTO erased_client (clinic, hash, erase_time) VALUES (?, ?, ?)"
          " ON CONFLICT (clinic, hash) DO UPDATE SET erase_time = excluded.erase_time")
      .Text(clinic_)
      .Bytes(hash)
      .Time(erase_time)
      .Run();
}

absl::StatusOr<bool> Tombstones::HoldsRequest(absl::string_view request_id, absl::Time now) {
  const std::string hash = RequestHash(request_id);
  Query query = connection_.Use("SELECT expire_time FROM erased_request WHERE clinic = ? AND hash = ?");
  query.Text(clinic_).Bytes(hash);
  bool holds = false;
  const absl::Status status =
      query.ForEach([&holds, now](const Query& row) { holds = Holds(row.OptionalTimeAt(0), now); });
  if (!status.ok()) return status;
  return holds;
}

absl::Status Tombstones::PutRequest(absl::string_view request_id, std::optional<absl::Time> expire_time) {
  const std::string hash = RequestHash(request_id);
  return connection_
      .Use(
          "INSERT INTO erased_request (clinic, hash, expire_time) VALUES (?, ?, ?)"
          " ON CONFLICT (clinic, hash) DO UPDATE SET expire_time = excluded.expire_time")
      .Text(clinic_)
      .Bytes(hash)
      .OptionalTime(expire_time)
      .Run();
}

absl::StatusOr<std::vector<std::optional<std::int64_t>>> SqlStore::ShareClinics(
    Connection& connection, absl::Span<const absl::string_view> clinics) {
  std::vector<std::optional<std::int64_t>> removals(clinics.size());
  for (std::size_t i = 0; i < clinics.size(); ++i) {
    Query query = connection.UseForShare("SELECT removals FROM clinic WHERE clinic = ?");
    query.Text(clinics[i]);
    const absl::Status status = query.ForEach([&](const Query& row) { removals[i] = row.IntegerAt(0); });
    if (!status.ok()) return status;
  }
  return removals;
}

absl::StatusOr<TimesByHash> SqlStore::FindTombstones(Connection& connection, TombstoneKind kind,
                                                     absl::string_view clinic, absl::Span<const std::string> hashes) {
  TimesByHash times;
  for (const std::string& hash : hashes) {
    Query query = connection.Use(kind == TombstoneKind::kClient
                                     ? "SELECT erase_time FROM erased_client WHERE clinic = ? AND hash = ?"
                                     : "SELECT expire_time FROM erased_request WHERE clinic = ? AND hash = ?");
    query.Text(clinic).Bytes(hash);
    const absl::Status status = query.ForEach([&](const Query& row) { times[hash] = row.OptionalTimeAt(0); });
    if (!status.ok()) return status;
  }
  return times;
}

absl::StatusOr<std::vector<std::int64_t>> SqlStore::ShareOrAddClinics(Connection& connection,
                                                                      absl::Span<const absl::string_view> clinics) {
  absl::StatusOr<std::vector<std::optional<std::int64_t>>> found = ShareClinics(connection, clinics);
  if (!found.ok()) return found.status();
  bool added = false;
  for (std::size_t i = 0; i < clinics.size(); ++i) {
    if ((*found)[i].has_value()) continue;
    const absl::Status status = AddClinic(connection, clinics[i]);
    if (!status.ok()) return status;
    added = true;
  }
  if (added) found = ShareClinics(connection, clinics);
  if (!found.ok()) return found.status();
  std::vector<std::int64_t> removals;
  for (const std::optional<std::int64_t>& of_clinic : *found) {
    if (!of_clinic.has_value()) return absl::InternalError("a clinic that was added is not there");
    removals.push_back(*of_clinic);
  }
  return removals;
}

absl::Status SqlStore::MarkErasedRows(Connection& connection, absl::string_view clinic,
                                      absl::Span<const AssessmentRow> rows, absl::Span<const std::size_t> places,
                                      std::vector<bool>& erased) {
  const absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
  if (!tombstones.ok()) return tombstones.status();
  std::vector<std::string> request_hashes;
  std::vector<std::string> client_hashes;
  for (const std::size_t i : places) {
    request_hashes.push_back(tombstones->RequestHash(rows[i].request_id));
    client_hashes.push_back(tombstones->ClientHash(rows[i].client));
  }
  const absl::StatusOr<TimesByHash> requests =
      FindTombstones(connection, TombstoneKind::kRequest, clinic, request_hashes);
  if (!requests.ok()) return requests.status();
  const absl::StatusOr<TimesByHash> clients = FindTombstones(connection, TombstoneKind::kClient, clinic, client_hashes);
  if (!clients.ok()) return clients.status();
  for (const std::size_t i : places) erased[i] = IsErased(*tombstones, rows[i], *requests, *clients);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<bool>> SqlStore::FindErased(Connection& connection, absl::Span<const AssessmentRow> rows) {
  std::vector<bool> erased(rows.size(), false);
  // Clinics in their order, as whoever writes or removes takes them.
  std::map<absl::string_view, std::vector<std::size_t>> by_clinic;
  for (std::size_t i = 0; i < rows.size(); ++i) by_clinic[rows[i].clinic].push_back(i);
  std::vector<absl::string_view> clinics;
  for (const auto& [clinic, places] : by_clinic) clinics.push_back(clinic);
  const absl::StatusOr<std::vector<std::int64_t>> removals = ShareOrAddClinics(connection, clinics);
  if (!removals.ok()) return removals.status();
  for (std::size_t i = 0; i < clinics.size(); ++i) {
    if ((*removals)[i] == 0) continue;
    const absl::Status status = MarkErasedRows(connection, clinics[i], rows, by_clinic[clinics[i]], erased);
    if (!status.ok()) return status;
  }
  return erased;
}

absl::StatusOr<bool> SqlStore::WasErased(absl::string_view clinic, absl::string_view request_id, absl::Time now) {
  bool holds = false;
  const absl::Status status = Read([&](Connection& connection) {
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    const absl::StatusOr<bool> found = tombstones->HoldsRequest(request_id, now);
    if (found.ok()) holds = *found;
    return found.status();
  });
  if (!status.ok()) return status;
  return holds;
}

absl::StatusOr<std::optional<absl::Time>> SqlStore::FindErasure(absl::string_view clinic, absl::string_view client) {
  std::optional<absl::Time> erase_time;
  const absl::Status status = Read([&](Connection& connection) {
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    const absl::StatusOr<std::optional<absl::Time>> found = tombstones->FindClient(client);
    if (found.ok()) erase_time = *found;
    return found.status();
  });
  if (!status.ok()) return status;
  return erase_time;
}

}  // namespace ladder::records::sql
