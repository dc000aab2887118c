// Statements of several files whose order their authors left open.
#pragma once
#include <optional>
#include <vector>

#include "dataflow/error.hpp"

namespace dataflow {

/// Runs what waits for others again and again, as long as any of it succeeds. Throws what the first of the rest says,
/// rather one that complains of something else than a name that is `missing`.
template <class Piece, class Run, class Missing>
void run_waiting(std::vector<Piece> waiting, Run&& run, Missing&& missing) {
  while (!waiting.empty()) {
    std::vector<Piece> left;
    std::optional<Error> complaint;
    for (Piece& piece : waiting) {
      try {
        run(piece);
      } catch (const Error& e) {
        if (e.code != ErrorCode::bad_document) throw;
        if (!complaint || (missing(*complaint) && !missing(e))) complaint.emplace(e);
        left.push_back(std::move(piece));
      }
    }
    if (left.size() == waiting.size()) throw *complaint;
    waiting = std::move(left);
  }
}

}  // namespace dataflow
