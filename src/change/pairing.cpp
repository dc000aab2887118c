#include "change/pairing.hpp"

#include <algorithm>
#include <tuple>

namespace dataflow {

namespace {
class Pairs {
 public:
  Pairs(std::vector<Path> existing, const std::vector<Path>& wanted, const Same& same)
      : same_(same), existing_(std::move(existing)), wanted_(wanted), current_(same), wants_(same) {
    for (std::size_t i = 0; i < existing_.size(); ++i) current_.add(existing_[i], i);
    for (std::size_t i = 0; i < wanted_.size(); ++i) wants_.add(wanted_[i], i);
    renamed_.resize(existing_.size(), false);
    out_.existing.resize(wanted_.size(), nowhere);
  }

  // Hints that apply are removed; again and again, because one rename can free the name another one needs.
  void apply(std::vector<RenameHint>& hints) {
    std::erase_if(hints, [&](const RenameHint& hint) { return same_.paths(hint.after, before(hint)); });
    while (std::erase_if(hints, [&](const RenameHint& hint) { return apply(hint); }) != 0) continue;
  }

  /// Why a hint did not apply; empty when it needs no word.
  std::string excuse(const RenameHint& hint) const {
    const std::string old = hint.before.text;
    if (!wants_.contains(hint.after)) return "nobody wants it";
    const std::size_t old_index = current_.find(before(hint));
    if (current_.contains(hint.after)) return old_index == nowhere ? "" : "both exist";
    return old_index == nowhere ? "there is no " + old : old + " is the new name of another one";
  }

  Pairing finish() {
    match([&](std::size_t i, const Path& wanted) { return existing_[i] == wanted; });
    match([](std::size_t, const Path&) { return true; });
    rename_to_wanted_case();
    return std::move(out_);
  }

 private:
  static Path before(const RenameHint& hint) { return {hint.after.schema, hint.before}; }

  bool apply(const RenameHint& hint) {
    const std::size_t index = current_.find(before(hint));
    const std::size_t wanted = wants_.find(hint.after);
    if (index == nowhere || renamed_[index] || wanted == nowhere || current_.contains(hint.after)) return false;
    rename(index, wanted_[wanted].name);
    return true;
  }

  void rename(std::size_t index, const Name& after) {
    current_.remove(existing_[index], index);
    out_.renames.push_back({index, existing_[index].name, after});
    existing_[index].name = after;
    renamed_[index] = true;
    current_.add(existing_[index], index);
  }

  template <class Accept> void match(Accept&& accept) {
    for (std::size_t w = 0; w < wanted_.size(); ++w) {
      if (out_.existing[w] != nowhere) continue;
      const std::size_t found = current_.find(wanted_[w]);
      if (found == nowhere || !accept(found, wanted_[w])) continue;
      out_.existing[w] = found;
      current_.remove(existing_[found], found);
    }
  }

  void rename_to_wanted_case() {
    std::vector<std::size_t> differing;
    for (std::size_t w = 0; w < wanted_.size(); ++w)
      if (const std::size_t e = out_.existing[w]; e != nowhere && existing_[e].name != wanted_[w].name)
        differing.push_back(w);
    std::sort(differing.begin(), differing.end(),
              [&](std::size_t a, std::size_t b) { return wanted_[a] < wanted_[b]; });
    for (const std::size_t w : differing)
      out_.renames.push_back({out_.existing[w], existing_[out_.existing[w]].name, wanted_[w].name});
  }

  const Same& same_;
  std::vector<Path> existing_;  ///< as they are called so far
  const std::vector<Path>& wanted_;
  Directory current_, wants_;
  std::vector<bool> renamed_;
  Pairing out_;
};
}  // namespace

Pairing pair(std::vector<Path> existing, const std::vector<Path>& wanted, std::vector<RenameHint> hints,
             const Same& same, const std::function<std::string(const Path&)>& title, std::vector<std::string>& notes) {
  std::sort(hints.begin(), hints.end(), [](const RenameHint& a, const RenameHint& b) {
    return std::tie(a.after, a.before) < std::tie(b.after, b.before);
  });
  Pairs pairs(std::move(existing), wanted, same);
  pairs.apply(hints);
  for (const RenameHint& hint : hints)
    if (const std::string excuse = pairs.excuse(hint); !excuse.empty())
      notes.push_back(title(hint.after) + " was not renamed from " + hint.before.text + ": " + excuse);
  return pairs.finish();
}

}  // namespace dataflow
