#include "tests/testing/postgres_cluster.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/testing/free_port.h"
#include "tests/testing/postgres_server.h"
#include "tests/testing/waiting.h"

namespace ladder::testing {
namespace {

namespace fs = std::filesystem;

// A failover, a rewind and a new base backup on a loaded machine.
constexpr absl::Duration kLongPatience = absl::Seconds(90);

// The monitor is as hasty as it can be: a node is given up within about two seconds.
constexpr const char* kHaste[] = {
    "health_check_period = 200",      "health_check_timeout = 500",    "health_check_max_retries = 1",
    "health_check_retry_delay = 100", "primary_demote_timeout = 1000", "node_considered_unhealthy_timeout = 1500",
    "startup_grace_period = 1000",
};

// Small, for disks of the size below; checkpoints do not take their time, and the standby asks again at once after a
// restart of the primary.
constexpr const char* kSettings[] = {
    "fsync = off",
    "shared_buffers = '64MB'",
    "wal_keep_size = '64MB'",
    "max_wal_size = '64MB'",
    "min_wal_size = '32MB'",
    "checkpoint_completion_target = 0",
    "wal_retrieve_retry_interval = 200",
};
constexpr const char* kDiskSize = "size=768m,mode=0777";

constexpr const char* kBallast = "ballast";
constexpr off_t kPage = 4096;

// A process and its descendants, itself first. Nothing where it is gone.
std::vector<pid_t> TreeOf(pid_t root) {
  std::vector<pid_t> tree = {root};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const std::string process = absl::StrCat("/proc/", tree[i]);
    std::ifstream children(absl::StrCat(process, "/task/", tree[i], "/children"));
    for (pid_t child = 0; children >> child;) tree.push_back(child);
  }
  return tree;
}

void SignalTree(const std::vector<pid_t>& tree, int signal) {
  for (const pid_t process : tree) kill(process, signal);
}

// Until processes that were killed are gone: those that have lost their parents are ours then, and nobody else's to
// wait for.
void WaitForEnd(const std::vector<pid_t>& processes) {
  Eventually([&processes] {
    bool gone = true;
    for (const pid_t process : processes) {
      waitpid(process, nullptr, WNOHANG);
      gone = gone && kill(process, 0) != 0;
    }
    return gone;
  });
}

}  // namespace

// Another constructor has run before, so that the destructor tidies up where this one throws.
PostgresCluster::PostgresCluster() : PostgresCluster(Unstarted()) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  MountDisks();
  fs::create_directory(folder_.Join("runtime"));
  fs::create_directory(folder_.Join("socket"));
  GiveToPostgres(folder_.path());
  monitor_.port = FreePort();
  const std::string monitor_data = folder_.Join(monitor_.name) + "/data";
  Start(monitor_, {"create", "monitor", "--pgdata", monitor_data, "--pgport", absl::StrCat(monitor_.port), "--hostname",
                   "127.0.0.1", "--auth", "trust", "--no-ssl", "--run"});
  const auto must = [this](bool condition, const char* what) {
    if (!condition) throw std::runtime_error(absl::StrCat(what, "\n", Log()));
  };
  must(Eventually([this] { return AskMonitor("SELECT count(*) FROM pgautofailover.node").has_value(); }, kLongPatience),
       "the monitor does not answer");
  for (const char* setting : kHaste) AskMonitor(absl::StrCat("ALTER SYSTEM SET pgautofailover.", setting));
  AskMonitor("SELECT pg_reload_conf()");
  for (int number = 0; number < kNodes; ++number) {
    Node& node = at(number);
    node.port = FreePort();
    Start(node, {"create",
                 "postgres",
                 "--pgdata",
                 DiskOf(number) + "/data",
                 "--pgport",
                 absl::StrCat(node.port),
                 "--listen",
                 "127.0.0.1",
                 "--hostname",
                 "127.0.0.1",
                 "--name",
                 node.name,
                 "--dbname",
                 "postgres",
                 "--auth",
                 "trust",
                 "--no-ssl",
                 "--monitor",
                 absl::StrCat("postgres://autoctl_node@127.0.0.1:", monitor_.port, "/pg_auto_failover"),
                 "--run"});
    if (number > 0) continue;
    must(Eventually([this] { return AskMonitor("SELECT reportedstate FROM pgautofailover.node") == "single"; },
                    kLongPatience),
         "the first node does not come up");
    // The others take these over with the base backup.
    for (const char* setting : kSettings) Run(number, absl::StrCat("ALTER SYSTEM SET ", setting));
    Run(number, "SELECT pg_reload_conf()");
  }
  must(WaitUntilSynchronous(), "the standbys do not follow");
  must(AskMonitor("SELECT number_sync_standbys FROM pgautofailover.formation") == "1", "commits may wait for nobody");
}

PostgresCluster::~PostgresCluster() {
  EndReceivers();
  ResumeMonitor();
  for (Node* node : {&nodes_[0], &nodes_[1], &nodes_[2], &monitor_}) {
    if (node->keeper == nullptr) continue;
    const std::vector<pid_t> tree = TreeOf(node->keeper->pid());
    node->keeper->Signal(SIGTERM);
    // What does not end in good order ends all the same.
    if (!node->keeper->Wait().has_value()) SignalTree(tree, SIGKILL);
  }
  for (int node = 0; has_own_disks_ && node < kNodes; ++node) umount2(DiskOf(node).c_str(), MNT_DETACH);
}

std::string PostgresCluster::ConninfoOf(int node) const {
  return absl::StrCat("host=127.0.0.1 port=", port(node), " user=postgres dbname=postgres");
}

namespace {

std::optional<std::string> Ask(const std::string& conninfo, const std::string& sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb((conninfo + " connect_timeout=5").c_str()),
                                                                &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return std::nullopt;
  std::string lines;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    absl::StrAppend(&lines, row == 0 ? "" : "\n", PQgetvalue(result.get(), row, 0));
  }
  return lines;
}

}  // namespace

std::optional<std::string> PostgresCluster::Run(int node, const std::string& sql) const {
  return Ask(ConninfoOf(node), sql);
}

std::optional<std::string> PostgresCluster::AskMonitor(const std::string& sql) const {
  return Ask(absl::StrCat("host=127.0.0.1 port=", monitor_.port, " user=postgres dbname=pg_auto_failover"), sql);
}

int PostgresCluster::Primary() const {
  std::optional<int> primary;
  const bool found = Eventually(
      [&] {
        for (int node = 0; node < kNodes; ++node) {
          if (Run(node, "SHOW transaction_read_only") == "off") primary = node;
        }
        return primary.has_value();
      },
      kLongPatience);
  if (!found) throw std::runtime_error("no node takes writes\n" + Log());
  return *primary;
}

bool PostgresCluster::IsSynchronous() const {
  const std::optional<std::string> states = AskMonitor(
      "SELECT reportedstate || '/' || goalstate || '/' || health FROM pgautofailover.node ORDER BY reportedstate");
  if (states != "primary/primary/1\nsecondary/secondary/1\nsecondary/secondary/1") return false;
  for (int node = 0; node < kNodes; ++node) {
    if (Run(node, "SELECT sync_state FROM pg_stat_replication") == "quorum\nquorum") return true;
  }
  return false;
}

bool PostgresCluster::WaitUntilSynchronous() const {
  return Eventually([this] { return IsSynchronous(); }, kLongPatience);
}

void PostgresCluster::KillNode(int node) {
  std::vector<pid_t> tree = TreeOf(at(node).keeper->pid());
  SignalTree(tree, SIGKILL);
  at(node).keeper->Wait();
  tree.erase(tree.begin());
  WaitForEnd(tree);
}

void PostgresCluster::StartNode(int node) { Start(at(node), {"run", "--pgdata", DiskOf(node) + "/data"}); }

void PostgresCluster::KillServer(int node) {
  pid_t server = 0;
  std::istringstream(ReadFileOrEmpty(DiskOf(node) + "/data/postmaster.pid")) >> server;
  if (server <= 0) throw std::runtime_error("there is no server\n" + Log());
  const std::vector<pid_t> tree = TreeOf(server);
  SignalTree(tree, SIGKILL);
  WaitForEnd(tree);
  if (!Eventually([&] { return Run(node, "SELECT 1").has_value(); }, kLongPatience)) {
    throw std::runtime_error("the server is not started again\n" + Log());
  }
}

void PostgresCluster::PauseMonitor() { SignalTree(TreeOf(monitor_.keeper->pid()), SIGSTOP); }

void PostgresCluster::ResumeMonitor() {
  if (monitor_.keeper != nullptr) SignalTree(TreeOf(monitor_.keeper->pid()), SIGCONT);
}

void PostgresCluster::PauseReceiver(int node) {
  pid_t receiver = 0;
  if (!absl::SimpleAtoi(Run(node, "SELECT pid FROM pg_stat_wal_receiver").value_or(""), &receiver)) return;
  kill(receiver, SIGSTOP);
  paused_.push_back(receiver);
}

void PostgresCluster::EndReceivers() {
  for (const pid_t receiver : std::exchange(paused_, {})) {
    // In this order: it ends before it reads on.
    kill(receiver, SIGTERM);
    kill(receiver, SIGCONT);
  }
}

void PostgresCluster::FillDisk(int node) {
  const std::string disk = DiskOf(node);
  const int file = open((disk + "/" + kBallast).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  off_t size = 0;
  // Down to single pages; others write meanwhile.
  for (off_t step = 16 << 20; step >= kPage;) {
    if (posix_fallocate(file, size, step) == 0) {
      size += step;
    } else {
      step /= 2;
    }
  }
  close(file);
}

void PostgresCluster::FreeDisk(int node) { fs::remove(DiskOf(node) + "/" + kBallast); }

std::string PostgresCluster::Log() const {
  constexpr std::size_t kTail = 3000;
  std::string text;
  for (const Node* node : {&monitor_, &nodes_[0], &nodes_[1], &nodes_[2]}) {
    const std::string log = ReadFileOrEmpty(folder_.Join(node->name + ".log"));
    absl::StrAppend(&text, "--- ", node->name, "\n", log.substr(log.size() - std::min(kTail, log.size())));
  }
  return text;
}

void PostgresCluster::Start(Node& node, std::vector<std::string> arguments) {
  std::vector<std::string> command = {"setpriv", "--pdeathsig", "TERM"};
  if (geteuid() == 0) command.insert(command.end(), {"--reuid", "postgres", "--regid", "postgres", "--init-groups"});
  command.push_back("pg_autoctl");
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::vector<std::string> environment = {
      "HOME=" + folder_.path(),
      "XDG_CONFIG_HOME=" + folder_.Join("config"),
      "XDG_DATA_HOME=" + folder_.Join("share"),
      "XDG_RUNTIME_DIR=" + folder_.Join("runtime"),
      "PG_REGRESS_SOCK_DIR=" + folder_.Join("socket"),
      "PGHOST=" + folder_.Join("socket"),
      "PATH=" + fs::path(PostgresProgram("postgres")).parent_path().string() + ":/usr/bin:/bin",
      "LC_ALL=C.UTF-8",
  };
  // Its output names what went wrong, so it stays, over restarts as well.
  node.keeper = std::make_unique<ChildProcess>(std::move(command), folder_.Join(node.name + ".log"), environment);
}

void PostgresCluster::MountDisks() {
  fs::create_directory(folder_.Join(monitor_.name));
  has_own_disks_ = true;
  for (int node = 0; node < kNodes; ++node) {
    fs::create_directory(DiskOf(node));
    has_own_disks_ = has_own_disks_ && mount("tmpfs", DiskOf(node).c_str(), "tmpfs", 0, kDiskSize) == 0;
  }
}

}  // namespace ladder::testing
