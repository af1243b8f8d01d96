// The engines that the suite runs against.

#include "libs/chassis/random.h"
#include "records-service/store/memory/memory_store.h"
#include "records-service/store/postgres/migrations.h"
#include "records-service/store/postgres/postgres_store.h"
#include "records-service/store/sqlite/migrations.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/conformance/store_conformance.h"
#include "tests/testing/log_capture.h"
#include "tests/testing/postgres_server.h"

namespace ladder::records {
namespace {

std::unique_ptr<Store> OpenSqlite(const std::string& directory, const Clock& clock) {
  EXPECT_OK(sqlite::Migrate(directory));
  absl::StatusOr<std::unique_ptr<sqlite::SqliteStore>> store =
      sqlite::SqliteStore::Open({.directory = directory, .readers = 3}, clock);
  if (!store.ok()) {
    ADD_FAILURE() << store.status();
    return std::make_unique<MemoryStore>();
  }
  return *std::move(store);
}

// One PostgreSQL for all tests of a run, started by the first that wants it; each has a database of its own.
class PostgresForTests final : public ::testing::Environment {
 public:
  // The database that belongs to a test's directory, with these settings.
  std::string ConninfoFor(const std::string& directory, const std::string& settings) {
    if (server_ == nullptr) server_ = std::make_unique<testing::PostgresServer>();
    if (directory != directory_) {
      directory_ = directory;
      database_ = server_->CreateDatabase(settings);
    }
    return server_->ConninfoOf(database_);
  }
  void TearDown() override { server_.reset(); }

 private:
  std::unique_ptr<testing::PostgresServer> server_;
  std::string directory_;
  std::string database_;
};

PostgresForTests* const kPostgres =
    static_cast<PostgresForTests*>(::testing::AddGlobalTestEnvironment(new PostgresForTests));

std::unique_ptr<Store> OpenPostgresWith(const std::string& settings, const std::string& directory, const Clock& clock) {
  static SeededRandom random(1);
  const testing::LogCapture quiet;
  const postgres::PostgresOptions options{.conninfo = kPostgres->ConninfoFor(directory, settings)};
  EXPECT_OK(postgres::Migrate(options));
  absl::StatusOr<std::unique_ptr<postgres::PostgresStore>> store =
      postgres::PostgresStore::Open(options, clock, random);
  if (!store.ok()) {
    ADD_FAILURE() << store.status();
    return std::make_unique<MemoryStore>();
  }
  return *std::move(store);
}

std::unique_ptr<Store> OpenPostgres(const std::string& directory, const Clock& clock) {
  return OpenPostgresWith("", directory, clock);
}

// What engines that distribute PostgreSQL do by default: transactions that are in each other's way fail with 40001.
std::unique_ptr<Store> OpenSerializablePostgres(const std::string& directory, const Clock& clock) {
  return OpenPostgresWith("default_transaction_isolation = 'serializable'", directory, clock);
}

std::unique_ptr<Store> OpenMemory(const std::string&, const Clock&) { return std::make_unique<MemoryStore>(); }

Engine Sqlite() { return {"sqlite", OpenSqlite, ""}; }
Engine Postgres() { return {"postgres", OpenPostgres, ""}; }
Engine SerializablePostgres() { return {"postgres_serializable", OpenSerializablePostgres, ""}; }

std::string NameOf(const ::testing::TestParamInfo<Engine>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance,
                         ::testing::Values(Sqlite(), Postgres(), SerializablePostgres(),
                                           Engine{"memory", OpenMemory, "it keeps nothing beyond its own life"}),
                         NameOf);

}  // namespace

std::vector<Engine> EnginesThatRelease() { return {Sqlite(), Postgres(), SerializablePostgres()}; }

}  // namespace ladder::records
