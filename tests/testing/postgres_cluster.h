// File: postgres_cluster.h
//
// A primary and two standbys of a test's own, under a real pg_auto_failover: every commit waits for one of the
// standbys, the monitor promotes one where the primary is gone, and what comes back follows. All on the loopback
// address, in a temporary folder; with root each node's data lie on a small disk of their own.
//
// Three, as with two of them pg_auto_failover 2.0 may end the wait for the only standby while it promotes it.
//
//   PostgresCluster cluster;
//   const int primary = cluster.Primary();
//   cluster.KillNode(primary);
//   ...
//   cluster.StartNode(primary);
//   EXPECT_TRUE(cluster.WaitUntilSynchronous());
//
// Programs of a node end with the thread that started them, so a cluster belongs to the main thread.

#ifndef LADDER_TESTS_TESTING_POSTGRES_CLUSTER_H_
#define LADDER_TESTS_TESTING_POSTGRES_CLUSTER_H_

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/testing/child_process.h"
#include "tests/testing/temp_dir.h"

namespace ladder::testing {

// Not thread-safe, save for Run and port.
class PostgresCluster {
 public:
  static constexpr int kNodes = 3;

  // Waits until commits wait for a standby, which takes some twenty seconds.
  PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;
  // Stops everything, the nodes in good order.
  ~PostgresCluster();

  int port(int node) const { return nodes_[static_cast<std::size_t>(node)].port; }
  std::string ConninfoOf(int node) const;
  // The first column of the rows, one a line; nullopt where the node does not answer or the statement fails.
  std::optional<std::string> Run(int node, const std::string& sql) const;

  // The node that takes writes. Throws where there is none for long.
  int Primary() const;
  // Whether the monitor sees a primary and its standbys, all in order, and every commit waits for one of these.
  bool IsSynchronous() const;
  // With patience for a standby that has to be made anew.
  bool WaitUntilSynchronous() const;

  // SIGKILL to the server and to all that looks after it: the machine is gone.
  void KillNode(int node);
  void StartNode(int node);
  // SIGKILL to the server alone. Waits until its keeper has started it again, which the one of the first primary does
  // only after a failover.
  void KillServer(int node);
  // The monitor, which promotes, sees and does nothing from PauseMonitor to ResumeMonitor.
  void PauseMonitor();
  void ResumeMonitor();
  // From now on a standby gets nothing of what the primary writes; with EndReceivers, what is on its way to those is
  // lost, and they ask the primary anew.
  void PauseReceiver(int node);
  void EndReceivers();

  bool has_own_disks() const { return has_own_disks_; }
  // Leaves no byte on the node's disk. REQUIRES: has_own_disks().
  void FillDisk(int node);
  void FreeDisk(int node);

  // The end of what the programs have said, for a failure's message.
  std::string Log() const;

 private:
  struct Node {
    std::string name;
    int port = 0;
    std::unique_ptr<ChildProcess> keeper = nullptr;
  };
  struct Unstarted {};

  explicit PostgresCluster(Unstarted) {}

  Node& at(int node) { return nodes_[static_cast<std::size_t>(node)]; }
  const Node& at(int node) const { return nodes_[static_cast<std::size_t>(node)]; }
  std::string DiskOf(int node) const { return folder_.Join(at(node).name); }
  void Start(Node& node, std::vector<std::string> arguments);
  std::optional<std::string> AskMonitor(const std::string& sql) const;
  void MountDisks();

  TempDir folder_;
  Node monitor_ = {"monitor"};
  std::array<Node, kNodes> nodes_ = {Node{"node0"}, Node{"node1"}, Node{"node2"}};
  bool has_own_disks_ = false;
  std::vector<pid_t> paused_;
};

}  // namespace ladder::testing

#endif  // LADDER_TESTS_TESTING_POSTGRES_CLUSTER_H_
