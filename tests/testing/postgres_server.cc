#include "tests/testing/postgres_server.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/testing/free_port.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

namespace fs = std::filesystem;

bool IsRoot() { return geteuid() == 0; }

// The command for a program of PostgreSQL's, which ends with this process.
std::vector<std::string> CommandFor(const std::string& program, std::vector<std::string> arguments) {
  std::vector<std::string> command = {"setpriv", "--pdeathsig", "QUIT"};
  if (IsRoot()) command.insert(command.end(), {"--reuid", "postgres", "--regid", "postgres", "--init-groups"});
  command.push_back(PostgresProgram(program));
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

void RunToEnd(std::vector<std::string> command, const std::string& output) {
  ChildProcess process(std::move(command), output);
  if (process.Wait() != 0) throw std::runtime_error("a program of PostgreSQL's failed: " + ReadFileOrEmpty(output));
}

void CopyFolder(const std::string& from, const std::string& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  fs::permissions(to, fs::perms::owner_all);
}

// An empty cluster, made once for all tests of a build.
const std::string& Template() {
  static const std::string path = LADDER_POSTGRES_TEMPLATE;
  if (fs::exists(path)) return path;
  const TempDir folder;
  GiveToPostgres(folder.path());
  RunToEnd(CommandFor("initdb", {"-D", folder.Join("data"), "-U", "ladder", "-A", "trust", "-E", "UTF8", "--no-locale",
                                 "--no-sync", "--no-instructions"}),
           folder.Join("log"));
  // Another test may be at it as well: the one that is later finds the name taken.
  const std::string own = absl::StrCat(path, ".", getpid());
  CopyFolder(folder.Join("data"), own);
  std::error_code taken;
  fs::rename(own, path, taken);
  if (taken) fs::remove_all(own);
  return path;
}

}  // namespace

// PostgreSQL refuses to run as root, so there it runs as Debian's user for it.
void GiveToPostgres(const std::string& path) {
  if (!IsRoot()) return;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) throw std::runtime_error("there is no user postgres");
  const auto give = [user](const fs::path& file) {
    if (lchown(file.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("cannot chown " + file.string());
  };
  give(path);
  if (!fs::is_directory(path)) return;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) give(entry.path());
}

std::string PostgresProgram(const std::string& name) { return "/usr/lib/postgresql/15/bin/" + name; }

PostgresServer::PostgresServer(std::vector<std::string> settings) : settings_(std::move(settings)), port_(FreePort()) {
  CopyFolder(Template(), data());
  GiveToPostgres(folder_.path());
  Start();
}

PostgresServer::PostgresServer(PostgresServer& primary, std::vector<std::string> settings)
    : PostgresServer(primary, std::move(settings), {"-R"}) {
  Start();
}

PostgresServer::PostgresServer(const PostgresServer& primary, std::vector<std::string> settings,
                               std::vector<std::string> backup_options)
    : settings_(std::move(settings)), port_(FreePort()) {
  GiveToPostgres(folder_.path());
  backup_options.insert(backup_options.end(),
                        {"-d", primary.ConninfoOverTcp(primary.port()) + " application_name=standby", "-D", data(),
                         "-X", "stream", "-c", "fast", "--no-sync"});
  RunToEnd(CommandFor("pg_basebackup", std::move(backup_options)), folder_.Join("backup.log"));
}

std::unique_ptr<PostgresServer> PostgresServer::RestoreFrom(const PostgresServer& primary) {
  std::unique_ptr<PostgresServer> restored(new PostgresServer(primary, {}, {}));
  restored->Start();
  return restored;
}

PostgresServer::~PostgresServer() { Kill(); }

std::string PostgresServer::conninfo() const { return ConninfoOf("postgres"); }

std::string PostgresServer::ConninfoOf(const std::string& database) const {
  return absl::StrCat("host=", folder_.path(), " port=", port_, " user=ladder dbname=", database);
}

std::string PostgresServer::CreateDatabase(const std::string& setting) {
  const std::string name = absl::StrCat("test_", ++databases_);
  Run("CREATE DATABASE " + name);
  if (!setting.empty()) Run(absl::StrCat("ALTER DATABASE ", name, " SET ", setting));
  return name;
}

std::string PostgresServer::ConninfoOverTcp(int port) const {
  return absl::StrCat("host=127.0.0.1 port=", port, " user=ladder dbname=postgres");
}

void PostgresServer::Start() {
  std::vector<std::string> arguments = {"-D", data()};
  std::vector<std::string> settings = {"fsync=off", "full_page_writes=off", "listen_addresses=127.0.0.1",
                                       absl::StrCat("port=", port_),
                                       absl::StrCat("unix_socket_directories=", folder_.path())};
  settings.insert(settings.end(), settings_.begin(), settings_.end());
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"-c", setting});
  process_ = std::make_unique<ChildProcess>(CommandFor("postgres", std::move(arguments)), folder_.Join("log"));
  if (!Eventually([this] { return PQping(conninfo().c_str()) == PQPING_OK; })) {
    throw std::runtime_error("postgres does not answer: " + Log());
  }
}

void PostgresServer::Stop() {
  process_->Signal(SIGINT);
  process_->Wait();
}

void PostgresServer::Kill() {
  process_->Signal(SIGQUIT);
  process_->Wait();
}

std::string PostgresServer::Run(const std::string& sql) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(conninfo().c_str()), &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    throw std::runtime_error(absl::StrCat(sql, ": ", PQerrorMessage(connection.get())));
  }
  std::string lines;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    absl::StrAppend(&lines, row == 0 ? "" : "\n", PQgetvalue(result.get(), row, 0));
  }
  return lines;
}

std::string PostgresServer::WriteFile(const std::string& name, const std::string& text) const {
  const std::string path = folder_.Write(name, text);
  GiveToPostgres(path);
  return path;
}

}  // namespace ladder::testing
