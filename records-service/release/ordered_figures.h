// File: ordered_figures.h
//
// Figures by a key of several parts, in the order in which the parts were met first; empty text comes after all others.
// Internal to figures.cc.

#ifndef LADDER_RECORDS_SERVICE_RELEASE_ORDERED_FIGURES_H_
#define LADDER_RECORDS_SERVICE_RELEASE_ORDERED_FIGURES_H_

#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "records-service/release/figures.h"

namespace ladder::records::release {

using FigureKey = std::vector<std::string>;

class OrderedFigures {
 public:
  // The key's figure, at first 0.
  Figure& At(const FigureKey& key) {
    std::vector<std::size_t> rank;
    FigureKey beginning;
    for (const std::string& part : key) {
      beginning.push_back(part);
      // Within what goes before it: each stage has its own order of ranges.
      const auto place = places_.try_emplace(beginning, places_.size()).first->second;
      rank.push_back(part.empty() ? std::numeric_limits<std::size_t>::max() : place);
    }
    return figures_.try_emplace(std::move(rank), key, Figure{}).first->second.second;
  }

  // Calls visit(key, figure) in order.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const auto& [rank, entry] : figures_) visit(entry.first, entry.second);
  }

 private:
  std::map<FigureKey, std::size_t> places_;
  std::map<std::vector<std::size_t>, std::pair<FigureKey, Figure>> figures_;
};

}  // namespace ladder::records::release

#endif  // LADDER_RECORDS_SERVICE_RELEASE_ORDERED_FIGURES_H_
