// The engines that the suite runs against.

#include "records-service/store/memory/memory_store.h"
#include "records-service/store/sqlite/sqlite_store.h"
#include "tests/conformance/store_conformance.h"

namespace ladder::records {
namespace {

std::unique_ptr<Store> OpenSqlite(const std::string& directory, const Clock& clock) {
  absl::StatusOr<std::unique_ptr<sqlite::SqliteStore>> store =
      sqlite::SqliteStore::Open({.directory = directory, .readers = 3}, clock);
  if (!store.ok()) {
    ADD_FAILURE() << store.status();
    return std::make_unique<MemoryStore>();
  }
  return *std::move(store);
}

std::unique_ptr<Store> OpenMemory(const std::string&, const Clock&) { return std::make_unique<MemoryStore>(); }

Engine Sqlite() { return {"sqlite", OpenSqlite, ""}; }

std::string NameOf(const ::testing::TestParamInfo<Engine>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance,
                         ::testing::Values(Sqlite(),
                                           Engine{"memory", OpenMemory, "it keeps nothing beyond its own life"}),
                         NameOf);

}  // namespace

std::vector<Engine> EnginesThatRelease() { return {Sqlite()}; }

}  // namespace ladder::records
