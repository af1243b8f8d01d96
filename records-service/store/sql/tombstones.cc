#include "records-service/store/sql/tombstones.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "records-service/store/sql/sql_store.h"

namespace ladder::records::sql {
namespace {

absl::Status AddClinic(Connection& connection, absl::string_view clinic) {
  return connection.Use("INSERT INTO clinic (clinic, removals) VALUES (?, 0) ON CONFLICT (clinic) DO NOTHING")
      .Text(clinic)
      .Run();
}

// How often something was removed there; holds the clinic shared. Nothing where it never recorded anything.
absl::StatusOr<std::optional<std::int64_t>> ShareClinic(Connection& connection, absl::string_view clinic) {
  std::optional<std::int64_t> removals;
  const std::string sql = absl::StrCat("SELECT removals FROM clinic WHERE clinic = ?", connection.ForShare());
  Query query = connection.Use(sql);
  query.Text(clinic);
  const absl::Status status = query.ForEach([&removals](const Query& row) { removals = row.IntegerAt(0); });
  if (!status.ok()) return status;
  return removals;
}

// Likewise, and adds it where it is new.
absl::StatusOr<std::int64_t> ShareOrAddClinic(Connection& connection, absl::string_view clinic) {
  absl::StatusOr<std::optional<std::int64_t>> removals = ShareClinic(connection, clinic);
  if (!removals.ok()) return removals.status();
  if (!removals->has_value()) {
    const absl::Status added = AddClinic(connection, clinic);
    if (!added.ok()) return added;
    removals = ShareClinic(connection, clinic);
    if (!removals.ok()) return removals.status();
  }
  if (!removals->has_value()) return absl::InternalError("a clinic that was added is not there");
  return **removals;
}

absl::StatusOr<bool> IsErased(Tombstones& tombstones, const AssessmentRow& row) {
  const absl::StatusOr<bool> request = tombstones.HoldsRequest(row.request_id, row.create_time);
  if (!request.ok() || *request) return request;
  const absl::StatusOr<std::optional<absl::Time>> client = tombstones.FindClient(row.client);
  if (!client.ok()) return client.status();
  return client->has_value() && std::min(row.assess_time, row.create_time) < **client;
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
  const std::string hash = HashOf("client", client);
  Query query = connection_.Use("SELECT erase_time FROM erased_client WHERE clinic = ? AND hash = ?");
  query.Text(clinic_).Bytes(hash);
  const absl::Status status = query.ForEach([&erase_time](const Query& row) { erase_time = row.TimeAt(0); });
  if (!status.ok()) return status;
  return erase_time;
}

absl::Status Tombstones::PutClient(absl::string_view client, absl::Time erase_time) {
  const std::string hash = HashOf("client", client);
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
  const std::string hash = HashOf("request", request_id);
  Query query = connection_.Use("SELECT expire_time FROM erased_request WHERE clinic = ? AND hash = ?");
  query.Text(clinic_).Bytes(hash);
  bool holds = false;
  const absl::Status status = query.ForEach([&holds, now](const Query& row) {
    const std::optional<absl::Time> expire_time = row.OptionalTimeAt(0);
    holds = !expire_time.has_value() || *expire_time > now;
  });
  if (!status.ok()) return status;
  return holds;
}

absl::Status Tombstones::PutRequest(absl::string_view request_id, std::optional<absl::Time> expire_time) {
  const std::string hash = HashOf("request", request_id);
  return connection_
      .Use(
          "INSERT INTO erased_request (clinic, hash, expire_time) VALUES (?, ?, ?)"
          " ON CONFLICT (clinic, hash) DO UPDATE SET expire_time = excluded.expire_time")
      .Text(clinic_)
      .Bytes(hash)
      .OptionalTime(expire_time)
      .Run();
}

absl::StatusOr<std::vector<bool>> SqlStore::FindErased(Connection& connection, absl::Span<const AssessmentRow> rows) {
  std::vector<bool> erased(rows.size(), false);
  // Clinics in their order, as whoever writes or removes takes them.
  std::map<absl::string_view, std::vector<std::size_t>> by_clinic;
  for (std::size_t i = 0; i < rows.size(); ++i) by_clinic[rows[i].clinic].push_back(i);
  for (const auto& [clinic, places] : by_clinic) {
    const absl::StatusOr<std::int64_t> removals = ShareOrAddClinic(connection, clinic);
    if (!removals.ok()) return removals.status();
    if (*removals == 0) continue;
    absl::StatusOr<Tombstones> tombstones = Tombstones::Of(connection, clinic);
    if (!tombstones.ok()) return tombstones.status();
    for (const std::size_t i : places) {
      const absl::StatusOr<bool> is_erased = IsErased(*tombstones, rows[i]);
      if (!is_erased.ok()) return is_erased.status();
      erased[i] = *is_erased;
    }
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
